import type { ByteSource } from '../byte-source.ts';
import type { MeasuredSpan } from '../containers/measured-span.ts';
import { readTail } from '../read-tail.ts';
import { rootOf } from './box-tree.ts';
import type { Movie } from './movie.ts';
import { MAX_MOOF_BYTES, readTrackFragments } from './track-fragments.ts';
import { findFragment, walkBoxes } from './walk-boxes.ts';

/** Bytes at the start of a file in which to look for each track's first fragment. */
const HEAD_BYTES = 1024 * 1024;
/** Maximum number of boxes to visit. */
const MAX_BOXES = 20_000;

/** Times of a track in part of a file, ticks. */
interface Times {
  first: number;
  end: number;
  /** Time between fragments that start more than ten seconds apart. */
  gaps: number;
}

const MAX_GAP_SECONDS = 10;

/**
 * Reads when the tracks of a fragmented file play, from the decoding times of its first and last fragments: ISO/IEC
 * 14496-12:2022, 8.8.12. The movie's own durations exclude the fragments, or were written before them.
 *
 * @returns spans by track; undefined if the last fragments were not found or state no times
 */
export async function readFragmentSpans(source: ByteSource, movie: Movie): Promise<ReadonlyMap<number, MeasuredSpan> | undefined> {
  const head = await readTimes(source, movie, 0, Math.min(source.size, HEAD_BYTES));
  const tail = await readTail(source, (bytes, offset) => (offset === 0 ? 0 : findFragment(bytes)));
  const last = tail && (await readTimes(tail.source, movie, tail.offset, source.size));
  if (head === undefined || last === undefined) return undefined;
  const spans = new Map<number, MeasuredSpan>();
  for (const { id, timescale } of movie.tracks) {
    const [start, end] = [head.get(id)?.first ?? last.get(id)?.first, last.get(id)?.end ?? head.get(id)?.end];
    if (start === undefined || end === undefined || end <= start) continue;
    const gaps = (last.get(id)?.gaps ?? 0) + (tail?.offset === 0 ? 0 : (head.get(id)?.gaps ?? 0));
    const [startSeconds, endSeconds] = [start / timescale, end / timescale];
    spans.set(id, {
      startSeconds,
      endSeconds,
      minSeconds: Math.max(0, endSeconds - startSeconds - gaps / timescale),
      maxSeconds: endSeconds,
    });
  }
  return spans.size === 0 ? undefined : spans;
}

/** @returns times by track; undefined if a fragment states none */
async function readTimes(source: ByteSource, movie: Movie, from: number, to: number): Promise<Map<number, Times> | undefined> {
  const times = new Map<number, Times>();
  let count = 0;
  for await (const { type, offset, size } of walkBoxes(source, from)) {
    count += 1;
    if (count > MAX_BOXES || offset >= to) break;
    if (type !== 'moof' || size > MAX_MOOF_BYTES) continue;
    const bytes = await source.read(offset, size);
    const fragments = bytes.length < size ? [] : readTrackFragments(rootOf(bytes, offset, source.spend), movie);
    // A damaged index costs only its own fragment.
    if (fragments === undefined) continue;
    if (fragments.length === 0 || fragments.some(({ decodeTime }) => decodeTime === undefined)) return times.size > 0 ? times : undefined;
    for (const { trackId, decodeTime = 0, duration } of fragments) {
      const timescale = movie.tracks.find(({ id }) => id === trackId)?.timescale ?? 1;
      if (duration > 0) add(times, trackId, decodeTime, duration, timescale);
    }
  }
  return times;
}

function add(times: Map<number, Times>, trackId: number, time: number, duration: number, timescale: number): void {
  const known = times.get(trackId);
  if (known === undefined) times.set(trackId, { first: time, end: time + duration, gaps: 0 });
  else {
    const gap = time - known.end;
    if (gap > MAX_GAP_SECONDS * timescale) known.gaps += gap;
    known.first = Math.min(known.first, time);
    known.end = Math.max(known.end, time + duration);
  }
}
