import type { Fragment } from './isobmff/fragmented-track.ts';

/** A part of a single-file rendition that a player fetches in one request. */
export interface Segment {
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly size: number;
  /** Seconds on the rendition's own timeline. */
  readonly startSeconds: number;
  readonly durationSeconds: number;
  /** Duration in ticks of the track's timescale. */
  readonly durationTicks: number;
}

type Timed = Pick<Fragment, 'offset' | 'size' | 'decodeTime' | 'duration'>;

/** Target durations of segments. */
export interface SegmentDurations {
  readonly segmentSeconds: number;
  /** Minimum duration of the last segment; a shorter one joins the segment before it. @default 0 */
  readonly minFinalSeconds?: number;
}

/**
 * Joins fragments, each a group of pictures, to segments of at least the given duration: what MediaConvert calls
 * "multiple of GOP".
 *
 * @param timescale ticks per second
 */
export function joinFragments(
  fragments: readonly Timed[],
  timescale: number,
  durations: SegmentDurations,
): readonly Segment[] {
  // Half a frame at 60 fps allows for rounding to ticks; a segment that is shorter still lacks a whole group of pictures.
  const enough = (durations.segmentSeconds - 1 / 120) * timescale;
  const groups: Timed[][] = [];
  for (const fragment of fragments) {
    const group = groups.at(-1);
    if (group === undefined || durationOf(group) >= enough) groups.push([fragment]);
    else group.push(fragment);
  }
  return toSegments(groups, timescale, durations.minFinalSeconds ?? 0);
}

/**
 * Joins audio fragments to segments that begin as close as possible to those of the video, so that a player needs the same
 * number of both.
 */
export function alignFragments(
  fragments: readonly Timed[],
  timescale: number,
  video: readonly Segment[],
  durations: SegmentDurations,
): readonly Segment[] {
  const origin = fragments[0]?.decodeTime ?? 0;
  const videoOrigin = video[0]?.startSeconds ?? 0;
  // Segments continue where audio outlasts the video.
  const startOf = (index: number): number =>
    video[index] === undefined ? index * durations.segmentSeconds : video[index].startSeconds - videoOrigin;
  const groups: Timed[][] = [];
  let next = 0;
  for (const fragment of fragments) {
    const middle = (fragment.decodeTime - origin + fragment.duration / 2) / timescale;
    if (groups.length === 0 || middle >= startOf(next)) groups.push([fragment]);
    else groups.at(-1)?.push(fragment);
    while (middle >= startOf(next)) next += 1;
  }
  return toSegments(groups, timescale, durations.minFinalSeconds ?? 0);
}

function durationOf(group: readonly Timed[]): number {
  return group.reduce((sum, { duration }) => sum + duration, 0);
}

function toSegments(groups: Timed[][], timescale: number, minFinalSeconds: number): readonly Segment[] {
  const last = groups.at(-1);
  if (groups.length > 1 && last !== undefined && durationOf(last) < minFinalSeconds * timescale) {
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
