import type { ByteSource } from '../byte-source.ts';
import { findTransportPackets } from '../containers/mpeg-ts.ts';
import { ClockReader } from './clock-reader.ts';
import { alignClock, type ClockReading } from './continuous-clock.ts';
import { parsePesHeader, shiftPesTimes } from './pes-header.ts';
import { findVideoProgram } from './program-map.ts';
import { type TransportPacket, transportPackets } from './transport-packet.ts';

/** Bytes to read at once. */
const PIECE_BYTES = 1024 * 1024;
/** Maximum number of timestamps that are kept: those of a day with 60 frames per second and sound. */
const MAX_READINGS = 10_000_000;

/**
 * Rewrites a transport stream whose clock jumps, so that its sound and video keep their distances and their times never jump or
 * wrap. Reads the file twice.
 *
 * @returns undefined if the clock does not jump or there are too many timestamps; otherwise the file, piece by piece
 */
export async function rewriteJumpingClock(source: ByteSource): Promise<AsyncGenerator<Uint8Array> | undefined> {
  let reader: ClockReader | undefined;
  for await (const { packets } of readPieces(source)) {
    const program = reader === undefined ? findVideoProgram(packets) : undefined;
    if (program !== undefined) reader = new ClockReader(program);
    reader?.add(packets);
    if ((reader?.readings.length ?? 0) > MAX_READINGS) return undefined;
  }
  if (reader === undefined) return undefined;
  reader.end();
  const { readings } = reader;
  const { offsets, jumps } = alignClock(readings);
  return jumps > 0 ? shiftedPieces(source, readings, offsets) : undefined;
}

async function* shiftedPieces(
  source: ByteSource,
  readings: readonly ClockReading[],
  offsets: readonly number[],
): AsyncGenerator<Uint8Array> {
  let index = 0;
  for await (const { bytes, packets } of readPieces(source)) {
    for (const { packetId, startsUnit, payload } of packets) {
      const reading = readings[index];
      if (!startsUnit || reading?.stream !== packetId || parsePesHeader(payload)?.decodingTime !== reading.ticks) continue;
      shiftPesTimes(payload, offsets[index] ?? 0);
      index += 1;
    }
    yield bytes;
  }
}

interface Piece {
  /** Copy of a part of the file, which contains the packets' payloads. */
  readonly bytes: Uint8Array;
  readonly packets: readonly TransportPacket[];
}

/** Reads a file in pieces of whole packets. */
async function* readPieces(source: ByteSource): AsyncGenerator<Piece> {
  let offset = 0;
  while (offset < source.size) {
    const read = Uint8Array.from(await source.read(offset, Math.min(PIECE_BYTES, source.size - offset)));
    if (read.length === 0) return;
    const layout = findTransportPackets(read);
    const whole = layout === undefined ? 0 : layout.first + Math.floor((read.length - layout.first) / layout.packetBytes) * layout.packetBytes;
    const bytes = whole > 0 && offset + read.length < source.size ? read.subarray(0, whole) : read;
    yield { bytes, packets: layout === undefined ? [] : [...transportPackets(bytes, layout)] };
    offset += bytes.length;
  }
}
