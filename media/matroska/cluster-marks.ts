import type { ByteSource } from '../byte-source.ts';
import type { MarkList, ReadMarks } from '../gaps/gap.ts';
import { walkUnits } from '../gaps/walk-units.ts';
import { hasZeroRun } from '../gaps/zero-run.ts';
import { BLOCK, BLOCK_GROUP, CLUSTER_HEAD_BYTES, findCluster, parseBlock, SIMPLE_BLOCK, TIMESTAMP } from './blocks.ts';
import { readElement, unsignedOf } from './ebml.ts';
import { EBML_HEADER, SEGMENT } from './segment.ts';
import { CLUSTER, type SegmentHead } from './tracks.ts';

/**
 * Elements that may stand between and inside clusters and groups: RFC 9559, 5.1, from SeekHead to Tags, the children of
 * Cluster and BlockGroup; RFC 8794, 11.3.
 */
const KNOWN: ReadonlySet<number> = new Set([
  CLUSTER, 0x114d9b74, 0x1549a966, 0x1654ae6b, 0x1c53bb6b, 0x1941a469, 0x1043a770, 0x1254c367, 0xec, 0xbf,
  TIMESTAMP, SIMPLE_BLOCK, BLOCK_GROUP, BLOCK, 0x5854, 0xa7, 0xab, 0xaf, 0x75a1, 0x9b, 0xfa, 0xfb, 0xfd, 0xa4, 0x75a2, 0x8e,
]);
const BLOCK_HEAD_BYTES = 11;
/** Reference of a block in a group to another frame: RFC 9559, 5.1.3.5.5. */
const REFERENCE_BLOCK = 0xfb;

/** Returns a reader of the times of blocks, which finds bytes that are no elements. */
export function clusterMarks(source: ByteSource, end: number, { firstCluster, ticksPerSecond, tracks }: SegmentHead): ReadMarks {
  const kept = new Set(tracks.filter(({ kind }) => kind === 'video' || kind === 'audio').map(({ number }) => number));
  const checked = new Set(tracks.filter(({ codec }) => /^V_MPEG(?:4\/ISO\/AVC|H\/ISO\/HEVC)$/.test(codec)).map(({ number }) => number));
  const pictures = new Set(tracks.filter(({ kind }) => kind === 'video').map(({ number }) => number));
  let clusterTime: number | undefined;
  /** Track of a block in a group whose references, if any, are still to come. */
  let grouped: number | undefined;
  const markPicture = (list: MarkList, track: number, isKey: boolean): void => {
    list.picture(track, isKey ? 'key' : 'dependent');
    // Only the frames before the first key frame are missing others.
    if (isKey) pictures.delete(track);
  };
  const read = async (bytes: ByteSource, at: number, list: MarkList): Promise<number | undefined> => {
    const element = await readElement(bytes, at);
    if (element === undefined) return undefined;
    const { id, headSize, contentSize } = element;
    const content = at + headSize;
    if (grouped !== undefined && (id === REFERENCE_BLOCK || id === CLUSTER || id === BLOCK_GROUP || id === SIMPLE_BLOCK)) {
      markPicture(list, grouped, id !== REFERENCE_BLOCK);
      grouped = undefined;
    }
    // Another file was appended: its segment and clusters follow.
    if (id === EBML_HEADER && contentSize !== undefined && at > firstCluster) {
      list.change();
      const segment = await readElement(bytes, content + contentSize);
      return segment?.id === SEGMENT ? content + contentSize + segment.headSize : undefined;
    }
    if (id === CLUSTER) clusterTime = undefined;
    if (id === CLUSTER || id === BLOCK_GROUP) return content;
    if (contentSize === undefined || content + contentSize > end) return undefined;
    if (!KNOWN.has(id)) return (await isKnownAt(bytes, content + contentSize)) ? content + contentSize : undefined;
    if (id === TIMESTAMP) clusterTime = unsignedOf(await bytes.read(content, Math.min(contentSize, 8)));
    if ((id === SIMPLE_BLOCK || id === BLOCK) && clusterTime !== undefined) {
      const head = await bytes.read(content, Math.min(contentSize, BLOCK_HEAD_BYTES));
      const block = parseBlock(head, { clusterTime, offset: content, length: contentSize });
      if (block !== undefined && kept.has(block.track)) list.time(block.track, block.time / ticksPerSecond);
      if (block !== undefined && pictures.has(block.track)) {
        if (id === BLOCK) grouped = block.track;
        else markPicture(list, block.track, block.isKey);
      }
      if (block !== undefined && checked.has(block.track)) {
        if (hasZeroRun(await bytes.read(block.offset, block.length))) list.break(block.length);
      }
    }
    return content + contentSize;
  };
  return walkUnits(source, {
    read,
    find: (bytes) => findCluster(bytes, 0),
    headBytes: CLUSTER_HEAD_BYTES,
    first: firstCluster,
    reset: () => (grouped = undefined),
  });
}

async function isKnownAt(source: ByteSource, at: number): Promise<boolean> {
  const next = await readElement(source, at);
  return next !== undefined && (KNOWN.has(next.id) || next.id === EBML_HEADER);
}
