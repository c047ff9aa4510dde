import type { ByteSource } from '../byte-source.ts';
import type { MeasuredSpan } from '../containers/measured-span.ts';
import { readTail } from '../read-tail.ts';
import { findForward } from '../gaps/find-forward.ts';
import { type Block, CLUSTER_HEAD_BYTES, findCluster, visitBlocks } from './blocks.ts';
import type { Segment } from './segment.ts';
import type { SegmentHead } from './tracks.ts';

/** Bytes after the first cluster in which to look for each track's first block. */
const HEAD_BYTES = 1024 * 1024;
/** Maximum number of elements to visit at each end. */
const MAX_ELEMENTS = 200_000;
const MAX_GAP_SECONDS = 10;
/** Maximum number of damaged places after which reading continues at the next cluster. */
const MAX_BREAKS = 64;

/**
 * Reads when a file's tracks play, from the times of its first and last blocks. The stated duration is often missing, or wrong
 * because a recording was edited or not stopped properly.
 *
 * @returns spans by track number; undefined if the last blocks were not found
 */
export async function readBlockSpans(
  source: ByteSource,
  segment: Segment,
  { firstCluster, ticksPerSecond, tracks }: SegmentHead,
): Promise<ReadonlyMap<number, MeasuredSpan> | undefined> {
  const end = Math.min(segment.end ?? source.size, source.size);
  const tail = await readTail({ ...source, size: end }, (bytes, offset) => {
    if (offset <= firstCluster) return firstCluster - offset;
    return findCluster(bytes, 0);
  });
  if (tail === undefined) return undefined;
  const maxGap = MAX_GAP_SECONDS * ticksPerSecond;
  const isWhole = tail.offset <= firstCluster;
  const last = await readTimes(tail.source, tail.offset, end, maxGap);
  const first = isWhole ? last : await readTimes(source, firstCluster, Math.min(end, firstCluster + HEAD_BYTES), maxGap);
  const spans = new Map<number, MeasuredSpan>();
  for (const { number, frameNanoseconds } of tracks) {
    const [start, stop] = [first.get(number)?.first ?? last.get(number)?.first, last.get(number)?.last ?? first.get(number)?.last];
    if (start === undefined || stop === undefined) continue;
    const frameSeconds = Math.min(1, frameNanoseconds / 1e9);
    const [startSeconds, endSeconds] = [start / ticksPerSecond, stop / ticksPerSecond + frameSeconds];
    const gaps = ((last.get(number)?.gaps ?? 0) + (isWhole ? 0 : (first.get(number)?.gaps ?? 0))) / ticksPerSecond;
    const minSeconds = Math.max(0, endSeconds - startSeconds - gaps);
    spans.set(number, { startSeconds, endSeconds, minSeconds, maxSeconds: endSeconds });
  }
  return spans;
}

/** Times of a track in part of a file, ticks. */
interface Times {
  first: number;
  last: number;
  /** Time between blocks that are more than ten seconds apart. */
  gaps: number;
}

async function readTimes(source: ByteSource, start: number, end: number, maxGap: number): Promise<Map<number, Times>> {
  const times = new Map<number, Times>();
  let read = start;
  const visit = ({ track, time, offset, length }: Block): boolean => {
    read = offset + length;
    const known = times.get(track);
    if (known === undefined) {
      times.set(track, { first: time, last: time, gaps: 0 });
      return true;
    }
    if (time - known.last > maxGap) known.gaps += time - known.last;
    known.first = Math.min(known.first, time);
    known.last = Math.max(known.last, time);
    return true;
  };
  let at: number | undefined = start;
  for (let count = 0; count < MAX_BREAKS && at !== undefined; count += 1) {
    if (await visitBlocks(source, { start: at, end, maxElements: MAX_ELEMENTS }, visit)) break;
    const from: number = Math.max(at, read) + 1;
    at = await findForward(source, { start: from, end, headBytes: CLUSTER_HEAD_BYTES }, (bytes) => findCluster(bytes, 0));
  }
  return times;
}
