import type { ByteSource } from '../byte-source.ts';
import { findTransportPackets } from '../containers/mpeg-ts.ts';
import { trackAt } from '../containers/choose-video.ts';
import type { KeptTracks } from '../containers/kept-tracks.ts';
import type { MeasuredSpan } from '../containers/measured-span.ts';
import { PACKET_HEAD_BYTES, parsePacketHeader } from '../mpeg-ps/packet-header.ts';
import { MAX_GAP_TICKS, stepBetween, TICKS_PER_SECOND } from './clock.ts';
import { ClockReader, type PesReading } from './clock-reader.ts';
import { alignClock } from './continuous-clock.ts';
import { parsePesHeader, type PesHeader } from './pes-header.ts';
import { findVideoProgram, isVideoStream } from './program-map.ts';
import { type ClockWindow, sampleClock } from './sampled-clock.ts';
import { audioCodec } from './stream-codecs.ts';
import { transportPackets } from './transport-packet.ts';

/** Maximum size of a file that is read completely, and size of a window of a larger one. */
const MAX_WHOLE_BYTES = 16 * 1024 * 1024;
const WINDOW_BYTES = 256 * 1024;
const HEAD_BYTES = 1024 * 1024;
/** Number of windows whose packets are kept: those that all streams share. */
const MAX_KEPT_WINDOWS = 32;
/** Maximum time that decoders may add at a clock jump: the longest gap that does not count as one. */
const MAX_SECONDS_PER_JUMP = 10;

/** A packet with a timestamp, in file order. Times are in 90 kHz. */
interface TimedPacket {
  readonly stream: number;
  readonly time: number;
  readonly decodingTime: number;
}

/** Streams that are encoded. */
interface KeptStreams {
  readonly video: number;
  readonly sound: readonly KeptStream[];
}

interface KeptStream {
  readonly stream: number;
  readonly mayBeCut: boolean;
}

type Container = 'mpegts' | 'mpegps';

/**
 * Reads when the video and the sound of a transport or program stream play, from their timestamps, without clock jumps:
 * neither stated durations nor the first and last timestamps tell. Decoders continue at a jump, and where the clock wraps.
 * ISO/IEC 13818-1, 2.4.3.7 and 2.5.3.
 *
 * @returns the span of the video and those of the sound; empty if no timestamps of the video were found
 */
export async function readStreamSpans(source: ByteSource, container: Container, kept: KeptTracks): Promise<readonly MeasuredSpan[]> {
  const packetsIn = container === 'mpegps' ? programPackets : timedPackets;
  const head = await source.read(0, HEAD_BYTES);
  if (source.size > MAX_WHOLE_BYTES) {
    const streams = findStreams(container, head, packetsIn(head), kept);
    return streams === undefined ? [] : sampleSpans(source, packetsIn, streams);
  }
  const bytes = await source.read(0, source.size);
  const streams = findStreams(container, head, packetsIn(head), kept);
  if (streams === undefined) return [];
  if (container === 'mpegts') return alignedSpans(readingsIn(bytes), streams);
  // Any number of frames may follow the last timestamp of a program stream.
  return alignedSpans(programReadings(bytes), streams).map((span) => ({ ...span, maxSeconds: undefined }));
}

/** @param packets packets of a part of the file, which name the streams of a program stream */
function findStreams(container: Container, head: Uint8Array, packets: readonly TimedPacket[], kept: KeptTracks): KeptStreams | undefined {
  if (container === 'mpegps') {
    const video = packets.find(({ stream }) => isVideoId(stream))?.stream;
    const sound = new Set(packets.flatMap(({ stream }) => (isVideoId(stream) ? [] : [stream])));
    return video === undefined ? undefined : { video, sound: [...sound].map((stream) => ({ stream, mayBeCut: false })) };
  }
  const layout = findTransportPackets(head);
  const program = (layout && findVideoProgram(transportPackets(head, layout))) ?? [];
  const video = trackAt(program.filter(isVideoStream), kept.video)?.packetId;
  if (video === undefined) return undefined;
  const sounds = program.filter((stream) => audioCodec(stream) !== undefined);
  const known = kept.sound.filter(({ count }) => count === sounds.length);
  const sound = known.flatMap(({ position, mayBeCut = false }) => {
    const stream = sounds[position]?.packetId;
    return stream === undefined ? [] : [{ stream, mayBeCut }];
  });
  return { video, sound };
}

/** Measures spans of a file that was read completely. */
function alignedSpans(readings: readonly PesReading[], { video, sound }: KeptStreams): readonly MeasuredSpan[] {
  const ids = new Set([video, ...sound.map(({ stream }) => stream)]);
  const ofStreams = readings.filter(({ stream }) => ids.has(stream));
  const { offsets, jumps } = alignClock(ofStreams);
  const bounds = new Map<number, { start: number; end: number }>();
  for (const [index, { stream, time, ticks }] of ofStreams.entries()) {
    const shown = ticks + (offsets[index] ?? 0) + stepBetween(ticks, time);
    const { start, end } = bounds.get(stream) ?? { start: shown, end: shown };
    bounds.set(stream, { start: Math.min(start, shown), end: Math.max(end, shown) });
  }
  const origin = bounds.get(video)?.start;
  if (origin === undefined) return [];
  return [{ stream: video, mayBeCut: false }, ...sound].flatMap(({ stream }) => {
    const { start, end } = bounds.get(stream) ?? {};
    if (start === undefined || end === undefined) return [];
    const [startSeconds, endSeconds] = [(start - origin) / TICKS_PER_SECOND, (end - origin) / TICKS_PER_SECOND];
    const minSeconds = stream === video ? endSeconds - startSeconds : 0;
    return [{ startSeconds, endSeconds, minSeconds, maxSeconds: endSeconds - startSeconds + jumps * MAX_SECONDS_PER_JUMP }];
  });
}

/** Measures spans of a large file from windows, which all streams share. */
async function sampleSpans(
  source: ByteSource,
  packetsIn: (bytes: Uint8Array) => readonly TimedPacket[],
  { video, sound }: KeptStreams,
): Promise<readonly MeasuredSpan[]> {
  const windows = new Map<number, readonly TimedPacket[]>();
  const packetsAt = async (start: number): Promise<readonly TimedPacket[]> => {
    const packets = windows.get(start) ?? packetsIn(await source.read(start, WINDOW_BYTES));
    if (windows.size < MAX_KEPT_WINDOWS) windows.set(start, packets);
    return packets;
  };
  const windowOf = async (stream: number, start: number): Promise<ClockWindow> => {
    const times = (await packetsAt(start)).flatMap((packet) => (packet.stream === stream ? [packet.decodingTime] : []));
    return { start, end: start + WINDOW_BYTES, times };
  };
  const head = packetsIn(await source.read(0, HEAD_BYTES));
  const startOf = (wanted: number): number | undefined => head.find(({ stream }) => stream === wanted)?.time;
  const origin = startOf(video);
  const spans: MeasuredSpan[] = [];
  for (const stream of [video, ...sound.map((one) => one.stream)]) {
    const [sampled, start] = [await sampleClock(source.size, (at) => windowOf(stream, at)), startOf(stream)];
    if (sampled === undefined || start === undefined || origin === undefined) continue;
    const delay = stepBetween(origin, start);
    if (Math.abs(delay) > MAX_GAP_TICKS) continue;
    spans.push({
      startSeconds: delay / TICKS_PER_SECOND,
      endSeconds: (delay + sampled.ticks) / TICKS_PER_SECOND,
      minSeconds: stream === video ? sampled.minTicks / TICKS_PER_SECOND : 0,
      maxSeconds: undefined,
    });
  }
  return spans;
}

function timedPackets(bytes: Uint8Array): readonly TimedPacket[] {
  const layout = findTransportPackets(bytes);
  if (layout === undefined) return [];
  const packets: TimedPacket[] = [];
  for (const { packetId, startsUnit, payload } of transportPackets(bytes, layout)) {
    if (startsUnit) addPacket(packets, packetId, parsePesHeader(payload));
  }
  return packets;
}

function readingsIn(bytes: Uint8Array): readonly PesReading[] {
  const layout = findTransportPackets(bytes);
  const program = layout && findVideoProgram(transportPackets(bytes, layout));
  if (layout === undefined || program === undefined) return [];
  const reader = new ClockReader(program);
  reader.add(transportPackets(bytes, layout));
  reader.end();
  return reader.readings;
}

function programReadings(bytes: Uint8Array): readonly PesReading[] {
  return programPackets(bytes).map(({ stream, time, decodingTime: ticks }) => ({ stream, isSound: !isVideoId(stream), time, ticks }));
}

const START_CODE = Buffer.from([0, 0, 1]);
/** Bytes before the length of a packet, and of it. */
const PREFIX_BYTES = 6;

/** Lists the packets of video (0xE0 to 0xEF) and sound (0xC0 to 0xDF) with timestamps: ISO/IEC 13818-1, Table 2-22. */
function programPackets(bytes: Uint8Array): readonly TimedPacket[] {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packets: TimedPacket[] = [];
  for (let at = data.indexOf(START_CODE); at >= 0 && at + PREFIX_BYTES <= data.length; ) {
    const id = data[at + 3] ?? 0;
    const header = id >= 0xc0 && id <= 0xef ? parsePacketHeader(data.subarray(at, at + PACKET_HEAD_BYTES)) : undefined;
    if (header !== undefined) addPacket(packets, id, header);
    at = data.indexOf(START_CODE, header === undefined ? at + START_CODE.length : at + PREFIX_BYTES + data.readUInt16BE(at + 4));
  }
  return packets;
}

function isVideoId(id: number): boolean {
  return (id & 0xf0) === 0xe0;
}

function addPacket(packets: TimedPacket[], stream: number, header: PesHeader | undefined): void {
  const { time, decodingTime } = header ?? {};
  if (time !== undefined && decodingTime !== undefined) packets.push({ stream, time, decodingTime });
}
