import type { ByteSource } from '../byte-source.ts';
import { parseElement, readElement, unsignedOf, vintLength, vintOf } from './ebml.ts';
import { CLUSTER } from './tracks.ts';

// Identifiers: RFC 9559, 5.1.3.
export const [TIMESTAMP, SIMPLE_BLOCK, BLOCK_GROUP, BLOCK] = [0xe7, 0xa3, 0xa0, 0xa1];
const [CRC_32, VOID] = [0xbf, 0xec];
const CLUSTER_ID = Buffer.from('1f43b675', 'hex');
/** A block begins with its track, at most eight bytes, its time and flags: RFC 9559, 10.1. */
const BLOCK_HEAD_BYTES = 11;

/** A block of a cluster. */
export interface Block {
  /** Number of the track. */
  readonly track: number;
  /** Timestamp, ticks. */
  readonly time: number;
  /** Offset of its frames, or of their sizes if there are several, and their total length, bytes. */
  readonly offset: number;
  readonly length: number;
  /** Whether decoding can begin at it, as a simple block states; a group states it by its references. */
  readonly isKey: boolean;
}

/** Flag of a simple block that is a key frame: RFC 9559, 10.2. */
const KEY_FRAME = 0x80;

/** Number of bytes that show a cluster: its head and the beginning of its first child. */
export const CLUSTER_HEAD_BYTES = 32;

/** Finds the first cluster in the middle of a file; a cluster begins with its timestamp. */
export function findCluster(head: Uint8Array, offset: number): number | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  for (let at = bytes.indexOf(CLUSTER_ID); at >= 0; at = bytes.indexOf(CLUSTER_ID, at + 1)) {
    const cluster = parseElement(bytes.subarray(at, at + 12));
    const first = cluster && bytes[at + cluster.headSize];
    if (first === TIMESTAMP || first === CRC_32 || first === VOID) return offset + at;
  }
  return undefined;
}

/**
 * Visits the blocks in part of a file that begins with a cluster. Descends into clusters and groups instead of skipping them, so
 * that unknown sizes need no special handling.
 *
 * @param visit returns whether to continue
 * @returns whether the end of the part was reached
 */
export async function visitBlocks(
  source: ByteSource,
  { start, end, maxElements }: { readonly start: number; readonly end: number; readonly maxElements: number },
  visit: (block: Block) => Promise<boolean> | boolean,
): Promise<boolean> {
  let offset = start;
  let clusterTime: number | undefined;
  for (let count = 0; count < maxElements && offset < end; count += 1) {
    const element = await readElement(source, offset);
    if (element === undefined) return false;
    const { id, headSize, contentSize } = element;
    offset += headSize;
    if (id === CLUSTER) clusterTime = undefined;
    if (id === CLUSTER || id === BLOCK_GROUP) continue;
    if (contentSize === undefined) return false;
    if (id === TIMESTAMP) clusterTime = unsignedOf(await source.read(offset, Math.min(contentSize, 8)));
    if ((id === SIMPLE_BLOCK || id === BLOCK) && clusterTime !== undefined) {
      const head = await source.read(offset, Math.min(contentSize, BLOCK_HEAD_BYTES));
      const block = parseBlock(head, { clusterTime, offset, length: contentSize });
      if (block !== undefined && !(await visit(block))) return false;
    }
    offset += contentSize;
  }
  return offset >= end;
}

/** Parses the head of a block; its time is a signed offset from the cluster's. */
export function parseBlock(
  bytes: Uint8Array,
  at: { readonly clusterTime: number; readonly offset: number; readonly length: number },
): Block | undefined {
  const length = vintLength(bytes[0]);
  if (length > 8 || bytes.length < length + 2) return undefined;
  const time = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt16(length);
  const head = length + 3;
  return {
    track: vintOf(bytes.subarray(0, length)),
    time: at.clusterTime + time,
    offset: at.offset + head,
    length: Math.max(0, at.length - head),
    isKey: ((bytes[length + 2] ?? 0) & KEY_FRAME) !== 0,
  };
}
