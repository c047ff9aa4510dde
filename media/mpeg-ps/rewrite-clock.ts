import type { ByteSource } from '../byte-source.ts';
import { alignClock, type ClockReading } from '../mpeg-ts/continuous-clock.ts';
import { parsePesHeader, shiftPesTimes, shiftTimeStamp } from '../mpeg-ts/pes-header.ts';
import { countFrames } from '../sound/sound-format.ts';
import { isAudioId, isVideoId, PRIVATE, type ProgramPacket, readProgramPieces } from './program-packets.ts';

/**
 * Rewrites a program stream whose clock jumps, as in a VOB with joined parts, so that its sound and video keep their distances and
 * their times never jump or wrap. Subpictures keep their times. Reads the file twice.
 *
 * @returns undefined if the clock does not jump; otherwise the file, piece by piece
 */
export async function rewriteJumpingProgramClock(source: ByteSource): Promise<AsyncGenerator<Uint8Array> | undefined> {
  const readings: ClockReading[] = [];
  for await (const { packets } of readProgramPieces(source, 0, source.size)) {
    for (const packet of packets) {
      const reading = readingOf(packet);
      if (reading !== undefined) readings.push(reading);
    }
  }
  const { offsets, jumps } = alignClock(readings);
  return jumps > 0 ? shiftedPieces(source, offsets) : undefined;
}

async function* shiftedPieces(source: ByteSource, offsets: readonly number[]): AsyncGenerator<Uint8Array> {
  let index = 0;
  for await (const { bytes, packets } of readProgramPieces(source, 0, source.size)) {
    for (const packet of packets) {
      if (readingOf(packet) === undefined) continue;
      shiftTimes(packet, offsets[index] ?? 0);
      index += 1;
    }
    yield bytes;
  }
}

/** Returns the timestamp of a packet of video or sound; undefined if it has none. */
function readingOf({ id, header: { decodingTime, size }, bytes }: ProgramPacket): ClockReading | undefined {
  const subStream = id === PRIVATE ? (bytes[size] ?? 0) : 0;
  if (decodingTime === undefined || (id === PRIVATE && !isSound(subStream))) return undefined;
  return { stream: id * 256 + subStream, isSound: !isVideoId(id), ticks: decodingTime, frames: countStartedFrames(id, bytes.subarray(size)) };
}

/** Returns how many frames of sound begin in a packet; a DVD's private stream says so. Undefined if unknown. */
function countStartedFrames(id: number, payload: Uint8Array): number | undefined {
  if (isAudioId(id)) return countFrames('mpeg', payload);
  const [subStream = 0, frames = 0] = payload;
  return id === PRIVATE && (subStream & 0xf0) === COMPRESSED && frames > 0 ? frames : undefined;
}

const COMPRESSED = 0x80;

/** AC-3 and DTS (0x80 to 0x8F), PCM (0xA0 to 0xAF), or E-AC-3 (0xC0 to 0xCF), by the sub-stream of a DVD's private stream. */
function isSound(subStream: number): boolean {
  return [0x80, 0xa0, 0xc0].includes(subStream & 0xf0);
}

/** Adds ticks to the timestamps of a packet, in place. Those of MPEG-1 end its header. */
function shiftTimes({ header: { size, time, decodingTime }, bytes }: ProgramPacket, ticks: number): void {
  if (parsePesHeader(bytes) !== undefined) {
    shiftPesTimes(bytes, ticks);
    return;
  }
  const statesBoth = time !== decodingTime;
  shiftTimeStamp(bytes.subarray(size - 5, size), ticks);
  if (statesBoth) shiftTimeStamp(bytes.subarray(size - 10, size - 5), ticks);
}
