import { WRAP } from './clock.ts';

/** Header of a PES packet: ISO/IEC 13818-1, 2.4.3.6. */
export interface PesHeader {
  /** Presentation timestamp, 90 kHz, which wraps after 2^33; undefined if there is none. */
  readonly time: number | undefined;
  /** Decoding timestamp, which equals the presentation timestamp if it is not stated. */
  readonly decodingTime: number | undefined;
  /** Length of the header, bytes. */
  readonly size: number;
}

/** Parses the header with which a unit's first payload begins. Returns undefined for anything else than video or audio. */
export function parsePesHeader(payload: Uint8Array): PesHeader | undefined {
  const [zero, zeroes, one, , , , marker = 0, flags = 0, rest = 0] = payload.subarray(0, 9);
  if (zero !== 0 || zeroes !== 0 || one !== 1 || (marker & 0xc0) !== 0x80) return undefined;
  const hasTime = (flags & 0x80) !== 0 && rest >= 5 && payload.length >= 14;
  const time = hasTime ? parseTimeStamp(payload.subarray(9, 14)) : undefined;
  const statesDecodingTime = hasTime && (flags & 0x40) !== 0 && rest >= 10 && payload.length >= 19;
  return { time, decodingTime: statesDecodingTime ? parseTimeStamp(payload.subarray(14, 19)) : time, size: 9 + rest };
}

/** Reads 33 bits in three groups, each followed by a marker bit. */
export function parseTimeStamp([high = 0, middle = 0, middleLow = 0, low = 0, lowest = 0]: Uint8Array): number {
  const upper = (high >> 1) & 7;
  return upper * 2 ** 30 + middle * 2 ** 22 + (middleLow >> 1) * 2 ** 15 + low * 2 ** 7 + (lowest >> 1);
}

/** A PES packet to write. */
export interface WrittenPes {
  readonly streamId: number;
  /** Presentation timestamp, 90 kHz. */
  readonly time: number;
  /** Decoding timestamp, 90 kHz; stated only if it differs. */
  readonly decodingTime: number;
  /** Length of the content, bytes. */
  readonly contentBytes: number;
}

/** Longest header that `writePesHeader` writes, bytes. */
export const MAX_PES_HEADER_BYTES = 19;
const MIN_PES_HEADER_BYTES = 14;
const MAX_PES_LENGTH = 0xffff;

/** Returns the length of the header that `writePesHeader` writes, bytes. */
export function pesHeaderBytes({ time, decodingTime }: Pick<WrittenPes, 'time' | 'decodingTime'>): number {
  return decodingTime === time ? MIN_PES_HEADER_BYTES : MAX_PES_HEADER_BYTES;
}

/**
 * Writes a header at the start of `target`: ISO/IEC 13818-1, 2.4.3.6. The length of a video's packet is not stated if it needs more
 * than 16 bits.
 *
 * @returns length of the header, bytes
 */
export function writePesHeader(target: Uint8Array, { streamId, time, decodingTime, contentBytes }: WrittenPes): number {
  const statesDecodingTime = decodingTime !== time;
  const fieldBytes = statesDecodingTime ? 10 : 5;
  const length = 3 + fieldBytes + contentBytes;
  const stated = length > MAX_PES_LENGTH ? 0 : length;
  const ALIGNED = 0x84;
  target.set([0, 0, 1, streamId, stated >> 8, stated & 0xff, ALIGNED, statesDecodingTime ? 0xc0 : 0x80, fieldBytes]);
  writeTimeStamp(target.subarray(9, 14), statesDecodingTime ? 3 : 2, time);
  if (statesDecodingTime) writeTimeStamp(target.subarray(14, 19), 1, decodingTime);
  return 9 + fieldBytes;
}

/** Writes 33 bits in three groups, each followed by a marker bit. @param marker four bits before them */
function writeTimeStamp(target: Uint8Array, marker: number, ticks: number): void {
  target[0] = marker << 4;
  target.fill(0, 1, 5);
  shiftTimeStamp(target, ticks);
}

/** Adds ticks to the timestamps of a PES packet, in place. Leaves anything else than video or audio unchanged. */
export function shiftPesTimes(payload: Uint8Array, ticks: number): void {
  const header = parsePesHeader(payload);
  if (header?.time === undefined || header.decodingTime === undefined) return;
  shiftTimeStamp(payload.subarray(9, 14), ticks);
  if (((payload[7] ?? 0) & 0x40) !== 0 && payload.length >= 19) shiftTimeStamp(payload.subarray(14, 19), ticks);
}

/** Adds ticks to a timestamp of five bytes, in place. Keeps the marker before it. */
export function shiftTimeStamp(bytes: Uint8Array, by: number): void {
  const ticks = (((parseTimeStamp(bytes) + by) % WRAP) + WRAP) % WRAP;
  bytes.set([
    ((bytes[0] ?? 0) & 0xf0) | (Math.floor(ticks / 2 ** 30) << 1) | 1,
    Math.floor(ticks / 2 ** 22) & 0xff,
    ((Math.floor(ticks / 2 ** 15) << 1) & 0xfe) | 1,
    Math.floor(ticks / 2 ** 7) & 0xff,
    ((ticks << 1) & 0xfe) | 1,
  ]);
}
