import type { ByteSource } from '../byte-source.ts';
import { READ_BLOCK_BYTES } from '../limit-reads.ts';

/** Bytes to read at each place. */
const WINDOW_BYTES = 4 * READ_BLOCK_BYTES;
const PLACES = [0, 0.25, 0.5, 0.75, 1];

/** Start of a private packet, where a DVD keeps subpictures: ISO/IEC 13818-1, Table 2-22. */
const PRIVATE_STREAM_1 = Buffer.from('000001bd', 'hex');
/** Stream numbers of subpictures in private packets. */
const [FIRST_SUBPICTURE, LAST_SUBPICTURE] = [0x20, 0x3f];

/**
 * Counts the subpicture streams found at a program stream's start, at its end and at places between: no header lists them.
 */
export async function countSubpictures(source: ByteSource): Promise<number> {
  const last = Math.max(0, source.size - WINDOW_BYTES);
  const offsets = new Set(PLACES.map((place) => Math.floor((place * last) / READ_BLOCK_BYTES) * READ_BLOCK_BYTES));
  const found = new Set<number>();
  for (const offset of offsets) for (const number of subpicturesIn(await source.read(offset, WINDOW_BYTES))) found.add(number);
  return found.size;
}

// A packet's header is followed by its stream number.
function* subpicturesIn(bytes: Uint8Array): Generator<number> {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = data.indexOf(PRIVATE_STREAM_1); at >= 0; at = data.indexOf(PRIVATE_STREAM_1, at + 4)) {
    const [marker = 0, , headerBytes = 0] = data.subarray(at + 6, at + 9);
    const number = data[at + 9 + headerBytes] ?? 0;
    if ((marker & 0xc0) === 0x80 && number >= FIRST_SUBPICTURE && number <= LAST_SUBPICTURE) yield number;
  }
}
