import type { ByteSource } from './byte-source.ts';
import { READ_BLOCK_BYTES } from './limit-reads.ts';

/** Maximum number of cached blocks: 32 MiB. */
const MAX_BLOCKS = 128;
/** Maximum length of a cached read. A longer one reads an index, which happens once. */
const MAX_CACHED_READ_BYTES = 8 * 1024 * 1024;

/**
 * Caches recently used blocks of a source whose reads are slow. Reads are widened to blocks, and adjacent missing blocks are
 * fetched in one read.
 */
export function cacheBlocks(source: ByteSource): ByteSource {
  const blocks = new Map<number, Uint8Array>();

  const load = async (first: number, last: number): Promise<void> => {
    const offset = first * READ_BLOCK_BYTES;
    const bytes = await source.read(offset, Math.min((last + 1) * READ_BLOCK_BYTES, source.size) - offset);
    for (let block = first; block <= last; block += 1) {
      const start = (block - first) * READ_BLOCK_BYTES;
      // A copy, so that a block does not keep the whole range in memory.
      blocks.set(block, bytes.slice(start, start + READ_BLOCK_BYTES));
    }
  };

  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const end = Math.min(offset + length, source.size);
    if (end <= offset || offset < 0) return new Uint8Array();
    if (end - offset > MAX_CACHED_READ_BYTES) return source.read(offset, end - offset);
    const [first, last] = [Math.floor(offset / READ_BLOCK_BYTES), Math.floor((end - 1) / READ_BLOCK_BYTES)];
    const missing = blockNumbers(first, last).filter((block) => !blocks.has(block));
    const [firstMissing, lastMissing] = [missing[0], missing.at(-1)];
    if (firstMissing !== undefined && lastMissing !== undefined) await load(firstMissing, lastMissing);
    const found = blockNumbers(first, last).map((block) => touch(blocks, block));
    const [only = new Uint8Array()] = found;
    // Without a copy of the block for each of its small parts.
    const joined = first === last ? only : Buffer.concat(found);
    evict(blocks);
    return joined.subarray(offset - first * READ_BLOCK_BYTES, end - first * READ_BLOCK_BYTES);
  };

  return { size: source.size, read };
}

function blockNumbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Marks a block as recently used by moving it to the end: a map keeps insertion order. */
function touch(blocks: Map<number, Uint8Array>, block: number): Uint8Array {
  const bytes = blocks.get(block) ?? new Uint8Array();
  blocks.delete(block);
  blocks.set(block, bytes);
  return bytes;
}

function evict(blocks: Map<number, Uint8Array>): void {
  for (const block of blocks.keys()) {
    if (blocks.size <= MAX_BLOCKS) return;
    blocks.delete(block);
  }
}
