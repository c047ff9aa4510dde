import type { Fragment } from './isobmff/fragmented-track.ts';

/** A stretch of a single-file rendition that a player fetches at once. */
export interface Segment {
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly size: number;
  /** Seconds on the rendition's own time line. */
  readonly startSeconds: number;
  readonly durationSeconds: number;
  /** The same in ticks of the track's timescale. */
  readonly durationTicks: number;
}

type Timed = Pick<Fragment, 'offset' | 'size' | 'decodeTime' | 'duration'>;

export interface SegmentLength {
  readonly segmentSeconds: number;
  /** A last segment shorter than this joins the one before it. @default 0 */
  readonly leastFinalSeconds?: number;
}

/**
 * Joins fragments, each a group of pictures, to segments of at least the asked length: what MediaConvert calls
 * "multiple of GOP".
 *
 * @param timescale ticks a second
 */
export function joinFragments(fragments: readonly Timed[], timescale: number, length: SegmentLength): readonly Segment[] {
  // Half a frame at 60 fps forgives rounding to ticks; anything shorter is a whole group of pictures early.
  const enough = (length.segmentSeconds - 1 / 120) * timescale;
  const groups: Timed[][] = [];
  for (const fragment of fragments) {
    const group = groups.at(-1);
    if (group === undefined || durationOf(group) >= enough) groups.push([fragment]);
    else group.push(fragment);
  }
  return toSegments(groups, timescale, length.leastFinalSeconds ?? 0);
}

/**
 * Joins the fragments of sound to segments that begin next to those of the picture, so that a player needs as many of
 * the one as of the other.
 */
export function alignFragments(
  fragments: readonly Timed[],
  timescale: number,
  video: readonly Segment[],
  length: SegmentLength,
): readonly Segment[] {
  const origin = fragments[0]?.decodeTime ?? 0;
  const videoOrigin = video[0]?.startSeconds ?? 0;
  // Where sound goes on after the picture, so do the segments.
  const startOf = (index: number): number =>
    video[index] === undefined ? index * length.segmentSeconds : video[index].startSeconds - videoOrigin;
  const groups: Timed[][] = [];
  let next = 0;
  for (const fragment of fragments) {
    const middle = (fragment.decodeTime - origin + fragment.duration / 2) / timescale;
    if (groups.length === 0 || middle >= startOf(next)) groups.push([fragment]);
    else groups.at(-1)?.push(fragment);
    while (middle >= startOf(next)) next += 1;
  }
  return toSegments(groups, timescale, length.leastFinalSeconds ?? 0);
}

function durationOf(group: readonly Timed[]): number {
  return group.reduce((sum, { duration }) => sum + duration, 0);
}

function toSegments(groups: Timed[][], timescale: number, leastFinalSeconds: number): readonly Segment[] {
  const last = groups.at(-1);
  if (groups.length > 1 && last !== undefined && durationOf(last) < leastFinalSeconds * timescale) {
    groups.pop();
    groups.at(-1)?.push(...last);
  }
  return groups.map((group) => {
    const durationTicks = durationOf(group);
    return {
      offset: group[0]?.offset ?? 0,
      size: group.reduce((sum, { size }) => sum + size, 0),
      startSeconds: (group[0]?.decodeTime ?? 0) / timescale,
      durationSeconds: durationTicks / timescale,
      durationTicks,
    };
  });
}
