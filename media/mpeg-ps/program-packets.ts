import type { ByteSource } from '../byte-source.ts';
import type { PesHeader } from '../mpeg-ts/pes-header.ts';
import { parsePacketHeader } from './packet-header.ts';

// ISO/IEC 13818-1, 2.5.3 and Table 2-22; ISO/IEC 11172-1, 2.4.3.

const START_CODE = Buffer.from([0, 0, 1]);
/** Private stream 1, which holds AC-3, DTS and PCM sound, and the subpictures of DVDs. */
export const PRIVATE = 0xbd;
/** Bytes before the length of a packet, and of it. */
const PREFIX_BYTES = 6;
/** Bytes to read at once. */
const PIECE_BYTES = 1024 * 1024;

/** A packet of video or sound. */
export interface ProgramPacket {
  readonly id: number;
  readonly header: PesHeader;
  /** The whole packet, from its start code. */
  readonly bytes: Uint8Array;
}

/** Part of a program stream that ends between two packets. */
export interface ProgramPiece {
  /** Copy of the part, which contains the packets. */
  readonly bytes: Uint8Array;
  readonly packets: readonly ProgramPacket[];
}

/** Reads part of a program stream, piece by piece. Finds packets by their start codes, and skips them by length. */
export async function* readProgramPieces(source: ByteSource, start: number, end: number): AsyncGenerator<ProgramPiece> {
  let offset = start;
  while (offset < end) {
    const data = Buffer.from(await source.read(offset, Math.min(PIECE_BYTES, end - offset)));
    if (data.length === 0) return;
    const { packets, consumed } = packetsOf(data);
    const size = offset + data.length >= end ? data.length : Math.max(1, consumed);
    yield { bytes: data.subarray(0, size), packets };
    offset += size;
  }
}

/** Returns the packets, and where the next piece begins: with the packet that this one cuts off. */
function packetsOf(data: Buffer): { readonly packets: readonly ProgramPacket[]; readonly consumed: number } {
  const packets: ProgramPacket[] = [];
  let consumed = Math.max(0, data.length - START_CODE.length + 1);
  for (let at = data.indexOf(START_CODE); at >= 0 && at + PREFIX_BYTES <= data.length; ) {
    const id = data[at + 3] ?? 0;
    const isPacket = id === PRIVATE || isAudioId(id) || isVideoId(id);
    const next = isPacket ? at + PREFIX_BYTES + data.readUInt16BE(at + 4) : at + START_CODE.length;
    if (next > data.length && at > 0) return { packets, consumed: at };
    const bytes = data.subarray(at, next);
    const header = isPacket ? parsePacketHeader(bytes) : undefined;
    if (header !== undefined) packets.push({ id, header, bytes });
    consumed = Math.max(consumed, Math.min(next, data.length));
    at = data.indexOf(START_CODE, next);
  }
  return { packets, consumed };
}

export function isAudioId(id: number): boolean {
  return id >= 0xc0 && id <= 0xdf;
}

export function isVideoId(id: number): boolean {
  return id >= 0xe0 && id <= 0xef;
}
