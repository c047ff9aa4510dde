import type { FragmentBytes, TrackBytes } from './track-bytes.ts';

export interface SegmentRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * Combines the fragments that start in each range. The size differs from that of a range that ends within a fragment.
 *
 * @throws Error for a range that does not start at a fragment
 */
export function measureSegments({ fragments }: TrackBytes, ranges: readonly SegmentRange[]): FragmentBytes[] {
  return ranges.map(({ offset, length }) => {
    const within = fragments.filter((fragment) => fragment.offset >= offset && fragment.offset < offset + length);
    const [first] = within;
    if (first?.offset !== offset) throw new Error(`No fragment starts at ${offset}.`);
    return {
      ...first,
      size: within.reduce((sum, { size }) => sum + size, 0),
      durationSeconds: within.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0),
      earliestSeconds: Math.min(...within.map(({ earliestSeconds }) => earliestSeconds)),
      sampleCount: within.reduce((sum, { sampleCount }) => sum + sampleCount, 0),
    };
  });
}

/** Returns the start times of segments in microseconds. */
export function startMicroseconds(segments: readonly FragmentBytes[]): number[] {
  return segments.map(({ startSeconds }) => Math.round(startSeconds * 1e6));
}
