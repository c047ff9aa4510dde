import type { ByteSource } from '../byte-source.ts';

const HEAD_BYTES = 12;
/** Limit of chunks; programs write chunks of a gigabyte. */
const MAX_CHUNKS = 4096;

/**
 * Returns the end of an AVI: of its first `RIFF` chunk and of those that continue it (`AVIX`, OpenDML 1.02, 4.0).
 *
 * @returns undefined if a chunk has no size, as in recordings that were not stopped properly
 */
export async function riffEnd(source: ByteSource): Promise<number | undefined> {
  let end = 0;
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk += 1) {
    const head = await source.read(end, HEAD_BYTES);
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const form = chunk === 0 ? 'AVI ' : 'AVIX';
    if (head.length < HEAD_BYTES || text(head, 0) !== 'RIFF' || text(head, 8) !== form) break;
    const size = view.getUint32(4, true);
    if (size < 4 || size >= 0x7fff_ff00) return undefined;
    // Chunks begin at even offsets; the last one may lack its padding byte.
    end = Math.min(end + 8 + size + (size % 2), Math.max(source.size, end + 8 + size));
  }
  return end === 0 ? undefined : end;
}

function text(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
