import type { ByteSource } from '../byte-source.ts';
import { readElement } from './ebml.ts';
import { CLUSTER } from './tracks.ts';

/** Lengths of the end of a file in which to look for a cluster; few clusters last more than five seconds. */
const TAIL_BYTES = [1, 4, 16].map((mebibytes) => mebibytes * 1024 * 1024);
const CLUSTER_ID = Buffer.from('1f43b675', 'hex');
/** Top-level elements: RFC 9559, 5.1, seek head, information, tracks, cues, attachments, chapters, tags; RFC 8794, 11.3. */
const TOP_LEVEL: ReadonlySet<number> = new Set([
  CLUSTER, 0x114d9b74, 0x1549a966, 0x1654ae6b, 0x1c53bb6b, 0x1941a469, 0x1043a770, 0x1254c367, 0xec, 0xbf,
]);
/** Maximum number of elements to visit. */
const MAX_ELEMENTS = 1_000;

/**
 * Returns the end of the last cluster, which holds a file's last frames: the file may be complete even though its segment
 * claims more bytes, or lacks the index and tags that follow. RFC 9559, 4.5.
 *
 * @returns undefined if none is found near the end, or its size is unknown
 */
export async function findLastClusterEnd(source: ByteSource): Promise<number | undefined> {
  for (const length of TAIL_BYTES) {
    const offset = Math.max(0, source.size - length);
    const tail = Buffer.from(await source.read(offset, source.size - offset));
    for (let at = tail.indexOf(CLUSTER_ID); at >= 0; at = tail.indexOf(CLUSTER_ID, at + 1)) {
      const end = await walkClusters(source, offset + at);
      if (end !== undefined) return end;
    }
    if (offset === 0) break;
  }
  return undefined;
}

/** Visits the elements from a cluster to the end of the file. Returns undefined if these bytes only look like a cluster. */
async function walkClusters(source: ByteSource, start: number): Promise<number | undefined> {
  let offset = start;
  let lastEnd: number | undefined;
  for (let count = 0; count < MAX_ELEMENTS && offset < source.size; count += 1) {
    const element = await readElement(source, offset);
    // The file may end inside an element's head.
    if (element === undefined) return source.size - offset < 12 ? lastEnd : undefined;
    if (!TOP_LEVEL.has(element.id) || element.contentSize === undefined) return undefined;
    offset += element.headSize + element.contentSize;
    if (element.id === CLUSTER) lastEnd = offset;
  }
  return lastEnd;
}
