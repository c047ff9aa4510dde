import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ByteSource } from '../../media/byte-source.ts';
import { type ObjectVersion, versionParameter } from '../runtime/object-version.ts';

const BLOCK_BYTES = 256 * 1024;
/** Maximum number of cached blocks: 32 MiB. */
const MAX_BLOCKS = 128;
/** Maximum length of a cached read. A longer one reads an index, which happens once. */
const MAX_CACHED_READ_BYTES = 8 * 1024 * 1024;

/**
 * Returns a source that reads one version of an object by ranges. Reads are widened to blocks, adjacent missing blocks
 * are fetched in one request, and recently used blocks are cached.
 *
 * @throws the SDK's error if the object cannot be read
 */
export function s3ByteSource(s3: S3Client, version: ObjectVersion, sizeBytes: number): ByteSource {
  const blocks = new Map<number, Uint8Array>();

  const fetchRange = async (offset: number, length: number): Promise<Uint8Array> => {
    const range = `bytes=${offset}-${offset + length - 1}`;
    const input = { Bucket: version.bucket, Key: version.key, ...versionParameter(version), Range: range };
    const { Body } = await s3.send(new GetObjectCommand(input));
    return Body === undefined ? new Uint8Array() : Body.transformToByteArray();
  };

  const load = async (first: number, last: number): Promise<void> => {
    const offset = first * BLOCK_BYTES;
    const bytes = await fetchRange(offset, Math.min((last + 1) * BLOCK_BYTES, sizeBytes) - offset);
    for (let block = first; block <= last; block += 1) {
      const start = (block - first) * BLOCK_BYTES;
      // A copy, so that a block does not keep the whole range in memory.
      blocks.set(block, bytes.slice(start, start + BLOCK_BYTES));
    }
  };

  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const end = Math.min(offset + length, sizeBytes);
    if (end <= offset) return new Uint8Array();
    if (end - offset > MAX_CACHED_READ_BYTES) return fetchRange(offset, end - offset);
    const [first, last] = [Math.floor(offset / BLOCK_BYTES), Math.floor((end - 1) / BLOCK_BYTES)];
    const missing = blockNumbers(first, last).filter((block) => !blocks.has(block));
    const [firstMissing, lastMissing] = [missing[0], missing.at(-1)];
    if (firstMissing !== undefined && lastMissing !== undefined) await load(firstMissing, lastMissing);
    const joined = Buffer.concat(blockNumbers(first, last).map((block) => touch(blocks, block)));
    evict(blocks);
    return joined.subarray(offset - first * BLOCK_BYTES, end - first * BLOCK_BYTES);
  };

  return { size: sizeBytes, read };
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
