import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createFile, MP4BoxBuffer, type Sample } from 'mp4box';
import { getFfmpeg } from '../../../../local/cli/ffmpeg.ts';

const run = promisify(execFile);

/** A packet of a stream. Times are seconds. */
export interface Packet {
  readonly pts: number;
  readonly dts: number;
  readonly size: number;
  readonly isKey: boolean;
  /** Whether an edit hides it. */
  readonly isHidden: boolean;
}

/** Reads the packets of the enabled video and sound tracks of a file with ffprobe, which applies edits, in decoding order. */
export async function probePackets(path: string): Promise<Packet[][]> {
  const shown = ['-show_entries', 'packet=stream_index,pts,dts,size,flags:stream=index,codec_type,time_base', '-of', 'json', path];
  const { stdout } = await run(getFfmpeg().ffprobePath, ['-v', 'error', ...shown], { maxBuffer: 1 << 28 });
  const probed = JSON.parse(stdout) as {
    packets: { stream_index: number; pts: number; dts: number; size: string; flags: string }[];
    streams: { index: number; codec_type: string; time_base: string }[];
  };
  const played = probed.streams.filter(({ codec_type: type }) => type === 'video' || type === 'audio');
  return played.map(({ index, time_base: base }) => {
    const [numerator = 1, denominator = 1] = base.split('/').map(Number);
    const secondsOf = (ticks: number): number => (ticks * numerator) / denominator;
    return probed.packets
      .filter((packet) => packet.stream_index === index)
      .map(({ pts, dts, size, flags }) => ({
        pts: secondsOf(pts),
        dts: secondsOf(dts),
        size: Number(size),
        isKey: flags.startsWith('K'),
        isHidden: flags.includes('D'),
      }));
  });
}

/** Moves decoding times back so that no composition offset is negative, as ffprobe does. */
export function withPositiveOffsets(packets: readonly Packet[]): Packet[] {
  const lowest = Math.min(0, ...packets.map(({ pts, dts }) => pts - dts));
  return packets.map((packet) => ({ ...packet, dts: packet.dts + lowest }));
}

/** Reads the samples of every track of a fragmented file with mp4box, from the boxes alone. */
export function readFragmentPackets(file: Buffer): Packet[][] {
  const iso = createFile();
  const bytes = new Uint8Array(file).buffer;
  iso.appendBuffer(MP4BoxBuffer.fromArrayBuffer(bytes, 0));
  iso.flush();
  const { tracks } = iso.getInfo();
  return tracks.map(({ id }) => iso.getTrackSamplesInfo(id).map(packetOf));
}

function packetOf({ cts, dts, timescale, size, is_sync: isKey }: Sample): Packet {
  return { pts: cts / timescale, dts: dts / timescale, size, isKey, isHidden: false };
}

export interface Comparison {
  /** Seconds by which the output is later than the source. */
  readonly shift: number;
  /** Packets of the source that are missing though no edit hides them, and of the output that the source has not. */
  readonly differences: readonly string[];
}

/** Maximum number of differences to return. */
const MAX_DIFFERENCES = 4;

interface Tolerance {
  /** Largest difference of times, seconds. */
  readonly seconds: number;
  /** Whether sizes are compared. */
  readonly sizes: boolean;
}

/**
 * Compares the packets of a source with those of its output after one shift of time, the same for all streams. Packets that an
 * edit hides may be missing.
 */
export function comparePackets(
  source: readonly Packet[][],
  output: readonly Packet[][],
  tolerance: Tolerance = { seconds: 1e-6, sizes: true },
): Comparison {
  const streams = source.length === output.length ? [] : [`${output.length} streams instead of ${source.length}`];
  // The output may begin with packets that edits hide in the source.
  const shifts = (output[0] ?? []).slice(0, 64).map(({ pts }) => pts - (source[0]?.find(({ isHidden }) => !isHidden)?.pts ?? 0));
  let best: Comparison = { shift: 0, differences: ['no packets'] };
  let fewest = Infinity;
  for (const shift of shifts) {
    // A wrong shift makes most packets differ, so that listing them all would take most of the time.
    const differences = [...streams];
    for (const [index, packets] of output.entries()) {
      for (const difference of differencesOf(source[index] ?? [], packets, { ...tolerance, shift })) {
        if (differences.push(difference) >= fewest) break;
      }
    }
    if (differences.length < fewest) best = { shift, differences: differences.slice(0, MAX_DIFFERENCES) };
    fewest = Math.min(fewest, differences.length);
    if (fewest === 0) break;
  }
  return best;
}

function* differencesOf(
  source: readonly Packet[],
  output: readonly Packet[],
  tolerance: Tolerance & { readonly shift: number },
): Generator<string, void> {
  const [shown, hidden] = [source.filter(({ isHidden }) => !isHidden), source.filter(({ isHidden }) => isHidden)];
  let at = 0;
  for (const packet of output) {
    const expected = shown[at];
    if (expected !== undefined && isEqual(packet, expected, tolerance)) at += 1;
    else if (!hidden.some((one) => isEqual(packet, one, tolerance))) yield `${JSON.stringify(packet)} instead of ${JSON.stringify(expected)}`;
  }
  if (at < shown.length) yield `${shown.length - at} packets from ${JSON.stringify(shown[at])} are missing`;
}

function isEqual(packet: Packet, other: Packet, { shift, seconds, sizes }: Tolerance & { readonly shift: number }): boolean {
  return (
    Math.abs(packet.pts - other.pts - shift) <= seconds &&
    Math.abs(packet.dts - other.dts - shift) <= seconds &&
    (!sizes || packet.size === other.size) &&
    packet.isKey === other.isKey
  );
}
