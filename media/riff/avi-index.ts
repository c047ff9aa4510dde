import type { ByteSource } from '../byte-source.ts';
import { requireEntries } from '../source-budget.ts';
import { type AviHead, type AviStream, CHUNK_HEAD, type IndexedPart, MAX_INDEX_BYTES } from './avi-head.ts';

/** A chunk of media by the index. */
export interface IndexedChunk {
  /** FourCC, such as `00dc`. */
  readonly id: string;
  /** Offset of its head, bytes. */
  readonly offset: number;
  /** Length of its content, bytes. */
  readonly size: number;
  /** Whether decoding can begin at it. */
  readonly isKey: boolean;
}

/** Flag of a key frame in the old index (`AVIIF_KEYFRAME`). */
const KEY_FRAME = 0x10;

export const MEDIA_CHUNK = /^\d\d(?:d[bc]|wb|iv|__)$/;

/**
 * Lists the chunks of an AVI by the indexes of its parts, if there are several, or else by its old index.
 *
 * Throws `SourceBudgetError` for more chunks than are kept in memory.
 *
 * @returns undefined for a file without a readable index
 */
export async function readAviIndex(source: ByteSource, head: AviHead): Promise<readonly IndexedChunk[] | undefined> {
  const isLong = head.streams.some(({ parts = [] }) => parts.length > 1);
  const chunks = isLong ? await readPartIndexes(source, head.streams) : await readOldIndex(source, head);
  return chunks?.toSorted((a, b) => a.offset - b.offset);
}

/** Reads 16 bytes for each chunk: FourCC, flags, offset and size. Offsets count from the list of media, or from the file's start. */
async function readOldIndex(source: ByteSource, { media, index }: AviHead): Promise<IndexedChunk[] | undefined> {
  if (index === undefined || media === undefined || index.size > MAX_INDEX_BYTES) return undefined;
  const bytes = Buffer.from(await source.read(index.offset, index.size));
  const chunks: IndexedChunk[] = [];
  let base: number | undefined;
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    const id = bytes.toString('latin1', at, at + 4);
    if (!MEDIA_CHUNK.test(id)) continue;
    const offset = bytes.readUInt32LE(at + 8);
    base ??= offset >= media ? 0 : media;
    chunks.push({ id, offset: base + offset, size: bytes.readUInt32LE(at + 12), isKey: (bytes.readUInt32LE(at + 4) & KEY_FRAME) !== 0 });
    requireEntries(chunks.length, 'chunks in its index');
  }
  return chunks.length === 0 ? undefined : chunks;
}

async function readPartIndexes(source: ByteSource, streams: readonly AviStream[]): Promise<IndexedChunk[] | undefined> {
  const chunks: IndexedChunk[] = [];
  for (const { parts = [] } of streams) {
    for (const part of parts) {
      const found = await readPartIndex(source, part);
      if (found === undefined) return undefined;
      for (const chunk of found) chunks.push(chunk);
      requireEntries(chunks.length, 'chunks in its indexes');
    }
  }
  return chunks.length === 0 ? undefined : chunks;
}

/**
 * Reads a standard index: a head of 32 bytes with the FourCC of its chunks and the offset from which its entries count, then
 * the offset of the content and the size of each chunk in 8 bytes. The highest bit of a size marks frames that are not key
 * frames. OpenDML, 3.0.
 */
async function readPartIndex(source: ByteSource, { offset, size }: IndexedPart): Promise<IndexedChunk[] | undefined> {
  if (size > MAX_INDEX_BYTES) return undefined;
  const bytes = Buffer.from(await source.read(offset, size));
  const isIndex = bytes.length >= 32 && bytes.toString('latin1', 0, 2) === 'ix' && bytes.readUInt16LE(8) === 2 && bytes[11] === 1;
  if (!isIndex) return undefined;
  const id = bytes.toString('latin1', 16, 20);
  const base = Number(bytes.readBigUInt64LE(20));
  const count = Math.min(bytes.readUInt32LE(12), Math.floor((bytes.length - 32) / 8));
  requireEntries(count, 'chunks in its index');
  return Array.from({ length: count }, (_, entry) => {
    const at = 32 + entry * 8;
    const field = bytes.readUInt32LE(at + 4);
    return { id, offset: base + bytes.readUInt32LE(at) - CHUNK_HEAD, size: field % 2 ** 31, isKey: field < 2 ** 31 };
  });
}
