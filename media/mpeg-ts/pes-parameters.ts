import type { ByteSource } from '../byte-source.ts';
import { trackAt, type TrackPlace } from '../containers/choose-video.ts';
import { findTransportPackets } from '../containers/mpeg-ts.ts';
import type { StreamParameters } from '../containers/stream-parameters.ts';
import { parameterRanges, READ_BYTES } from '../containers/parameter-ranges.ts';
import type { TimedFrame } from '../picture/picture.ts';
import { findStatedPicture } from '../picture/stated-picture.ts';
import { findSoundFormat, type SoundFormat } from '../sound/sound-format.ts';
import { isJump, mayReorder, stepBetween, TICKS_PER_SECOND } from './clock.ts';
import { parsePesHeader } from './pes-header.ts';
import { type ElementaryStream, findVideoProgram, isVideoStream } from './program-map.ts';
import { audioCodec, videoCodec } from './stream-codecs.ts';
import { type TransportPacket, transportPackets } from './transport-packet.ts';

/** Bytes of a unit that hold its parameter sets. */
const HEAD_BYTES = 4096;

/**
 * Reads the pictures and sound formats that the first program with a video keeps stating: ISO/IEC 13818-1, 2.4.3.7.
 *
 * @param place position of the video among the video streams
 */
export async function readPesParameters(source: ByteSource, place: TrackPlace): Promise<StreamParameters> {
  let program: readonly ElementaryStream[] | undefined;
  const stretches: TimedFrame[][] = [];
  const sound = new Map<number, SoundFormat[]>();
  for (const range of parameterRanges(0, source.size)) {
    const frames: DecodedFrame[] = [];
    const units = new Map<number, Unit>();
    const finish = (stream: ElementaryStream): void => {
      const unit = units.get(stream.packetId);
      if (unit !== undefined) readUnit(stream, unit, { frames, sound });
    };
    for await (const packets of readPackets(source, range)) {
      program ??= findVideoProgram(packets);
      const streams = new Map(keptStreams(program ?? [], place).map((stream) => [stream.packetId, stream]));
      for (const packet of packets) {
        const stream = streams.get(packet.packetId);
        if (stream === undefined) continue;
        if (packet.startsUnit) {
          finish(stream);
          units.set(packet.packetId, beginUnit(packet));
        } else appendTo(units.get(packet.packetId), packet);
      }
    }
    for (const stream of keptStreams(program ?? [], place)) finish(stream);
    stretches.push(timedFrames(frames));
  }
  return { stretches, sound: audioStreams(program ?? []).map(({ packetId }) => sound.get(packetId) ?? []) };
}

/** A frame, and its decoding time in 90 kHz. */
interface DecodedFrame extends Pick<TimedFrame, 'picture'> {
  readonly ticks: number;
}

interface Unit {
  /** Decoding time, 90 kHz. */
  readonly time: number | undefined;
  readonly payloads: Uint8Array[];
  bytes: number;
}

function beginUnit({ payload }: TransportPacket): Unit {
  const header = parsePesHeader(payload);
  return { time: header?.decodingTime, payloads: header === undefined ? [] : [payload.subarray(header.size)], bytes: payload.length };
}

function appendTo(unit: Unit | undefined, { payload }: TransportPacket): void {
  if (unit === undefined || unit.bytes >= HEAD_BYTES) return;
  unit.payloads.push(payload);
  unit.bytes += payload.length;
}

function readUnit(
  stream: ElementaryStream,
  { time, payloads }: Unit,
  found: { readonly frames: DecodedFrame[]; readonly sound: Map<number, SoundFormat[]> },
): void {
  const bytes = Buffer.concat(payloads);
  if (isVideoStream(stream)) {
    const codec = videoCodec(stream.type);
    if (time === undefined) return;
    found.frames.push({ ticks: time, picture: codec && findStatedPicture(codec, bytes) });
    return;
  }
  const codec = audioCodec(stream);
  const format = codec === undefined || codec === 'other' ? undefined : findSoundFormat(codec, bytes);
  if (format === undefined) return;
  const formats = found.sound.get(stream.packetId);
  if (formats === undefined) found.sound.set(stream.packetId, [format]);
  else formats.push(format);
}

/** Returns when frames are decoded, in seconds since the first one, without clock jumps. */
function timedFrames(frames: readonly DecodedFrame[]): TimedFrame[] {
  const reorders = mayReorder(frames.map(({ ticks }) => ticks));
  let elapsed = 0;
  return frames.map(({ ticks, picture }, index) => {
    const step = stepBetween(frames[index - 1]?.ticks ?? ticks, ticks);
    if (!isJump(step, reorders)) elapsed += step;
    return { seconds: elapsed / TICKS_PER_SECOND, picture };
  });
}

function audioStreams(program: readonly ElementaryStream[]): readonly ElementaryStream[] {
  return program.filter((stream) => audioCodec(stream) !== undefined);
}

function keptStreams(program: readonly ElementaryStream[], place: TrackPlace): readonly ElementaryStream[] {
  const video = trackAt(program.filter(isVideoStream), place);
  return [...(video === undefined ? [] : [video]), ...audioStreams(program)];
}

/** Reads the packets in part of the stream, piece by piece. */
async function* readPackets(
  source: ByteSource,
  { start, end }: { readonly start: number; readonly end: number },
): AsyncGenerator<readonly TransportPacket[]> {
  let offset = start;
  while (offset < end) {
    const bytes = await source.read(offset, Math.min(READ_BYTES, end - offset));
    const layout = findTransportPackets(bytes);
    if (layout !== undefined) yield [...transportPackets(bytes, layout)];
    const whole = layout === undefined ? 0 : Math.floor((bytes.length - layout.first) / layout.packetBytes);
    // The next piece begins with the packet that this one cuts off.
    if (layout === undefined || whole === 0) offset += READ_BYTES;
    else offset += layout.first + whole * layout.packetBytes;
  }
}
