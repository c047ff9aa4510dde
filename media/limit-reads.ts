import type { ByteSource } from './byte-source.ts';

/** Unit in which reads are counted, bytes: the block that a source in a bucket fetches and caches. */
export const READ_BLOCK_BYTES = 256 * 1024;

/**
 * Limits how much of a source is read, counted in distinct blocks. A read that would exceed the limit returns no bytes, as
 * at the end of the source.
 */
export function limitReads(source: ByteSource, maxBlocks: number): ByteSource {
  const touched = new Set<number>();
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const end = Math.min(offset + length, source.size);
    if (offset < 0 || end <= offset) return new Uint8Array();
    for (let block = Math.floor(offset / READ_BLOCK_BYTES); block * READ_BLOCK_BYTES < end; block += 1) {
      touched.add(block);
      if (touched.size > maxBlocks) return new Uint8Array();
    }
    return source.read(offset, end - offset);
  };
  return { size: source.size, read, spend: (steps) => source.spend?.(steps) };
}
