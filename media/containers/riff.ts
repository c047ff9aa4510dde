import type { ByteSource } from '../byte-source.ts';

const HEAD_BYTES = 12;
/** Limit of chunks; programs write chunks of a gigabyte. */
const MAX_CHUNKS = 4096;
/** Maximum number of chunks inside a chunk; the media is among the first. */
const MAX_CHILDREN = 64;

/**
 * Returns the end of an AVI's media: the list `movi` in its first `RIFF` chunk and in those that continue it (`AVIX`, OpenDML
 * 1.02, 4.0). Players can do without the index and padding that follow, and the size of the chunk itself may be wrong.
 *
 * @returns undefined if a chunk has no size, as in recordings that were not stopped properly
 */
export async function riffEnd(source: ByteSource): Promise<number | undefined> {
  let chunkEnd = 0;
  let mediaEnd: number | undefined;
  for (let count = 0; count < MAX_CHUNKS; count += 1) {
    const chunk = await readHead(source, chunkEnd);
    if (chunk?.id !== 'RIFF' || chunk.form !== (count === 0 ? 'AVI ' : 'AVIX')) break;
    if (chunk.size < 4 || chunk.size >= 0x7fff_ff00) return undefined;
    const start = chunkEnd + HEAD_BYTES;
    chunkEnd += 8 + even(chunk.size);
    // A chunk whose media cannot be found may have lost it.
    mediaEnd = (await findMediaEnd(source, start)) ?? chunkEnd;
  }
  return mediaEnd;
}

async function findMediaEnd(source: ByteSource, start: number): Promise<number | undefined> {
  let offset = start;
  for (let count = 0; count < MAX_CHILDREN; count += 1) {
    const chunk = await readHead(source, offset);
    if (chunk === undefined || chunk.size === 0) return undefined;
    // The last chunk may lack its padding byte.
    if (chunk.id === 'LIST' && chunk.form === 'movi') return offset + 8 + chunk.size;
    offset += 8 + even(chunk.size);
  }
  return undefined;
}

/** Returns a size including the padding byte: chunks begin at even offsets. */
function even(size: number): number {
  return size + (size % 2);
}

async function readHead(source: ByteSource, offset: number) {
  const head = await source.read(offset, HEAD_BYTES);
  if (head.length < HEAD_BYTES) return undefined;
  const size = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(4, true);
  return { id: text(head, 0), size, form: text(head, 8) };
}

function text(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
