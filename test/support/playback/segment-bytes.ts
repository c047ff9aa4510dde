import type { FragmentBytes, TrackBytes } from './track-bytes.ts';

export interface SegmentRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * What the bytes of each range hold: the fragments that begin in it, taken together. A range that cuts a fragment short,
 * or begins within one, has another size than they.
 *
 * @throws Error for a range that does not begin where a fragment does
 */
export function measureSegments({ fragments }: TrackBytes, ranges: readonly SegmentRange[]): FragmentBytes[] {
  return ranges.map(({ offset, length }) => {
    const within = fragments.filter((fragment) => fragment.offset >= offset && fragment.offset < offset + length);
    const [first] = within;
    if (first?.offset !== offset) throw new Error(`At ${offset} begins no fragment`);
    return {
      ...first,
      size: within.reduce((sum, { size }) => sum + size, 0),
      durationSeconds: within.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0),
      earliestSeconds: Math.min(...within.map(({ earliestSeconds }) => earliestSeconds)),
      sampleCount: within.reduce((sum, { sampleCount }) => sum + sampleCount, 0),
    };
  });
}

/** Where segments begin, to the microsecond. */
export function startMicroseconds(segments: readonly FragmentBytes[]): number[] {
  return segments.map(({ startSeconds }) => Math.round(startSeconds * 1e6));
}
