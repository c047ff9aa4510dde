import type { Segment } from './segments.ts';

type Sized = Pick<Segment, 'size' | 'durationSeconds'>;

function total(segments: readonly Sized[]): Sized {
  return segments.reduce((sum, { size, durationSeconds }) => ({
    size: sum.size + size,
    durationSeconds: sum.durationSeconds + durationSeconds,
  }), { size: 0, durationSeconds: 0 });
}

function bitrateOf({ size, durationSeconds }: Sized): number {
  return durationSeconds > 0 ? (size * 8) / durationSeconds : 0;
}

/** Returns the mean bit rate of a rendition, bits per second, rounded up. */
export function averageBitrate(segments: readonly Sized[]): number {
  return Math.ceil(bitrateOf(total(segments)));
}

/**
 * Returns the highest bit rate of any segment, bits per second, rounded up. No run of segments exceeds it, so it bounds
 * the peak segment bit rate of RFC 8216 (4.1).
 */
export function maxSegmentBitrate(segments: readonly Sized[]): number {
  return Math.ceil(Math.max(0, ...segments.map(bitrateOf)));
}

/**
 * Returns the peak segment bit rate, bits per second, rounded up: the largest of any run of segments whose duration is
 * between 0.5 and 1.5 times the target duration (RFC 8216, 4.1). A short last segment counts together with those before
 * it. A rendition shorter than half the target duration counts as one run.
 */
export function peakSegmentBitrate(segments: readonly Sized[], targetSeconds: number): number {
  let peak = 0;
  for (const first of segments.keys()) {
    let [size, durationSeconds] = [0, 0];
    for (let next = first; next < segments.length; next += 1) {
      size += segments[next]?.size ?? 0;
      durationSeconds += segments[next]?.durationSeconds ?? 0;
      if (durationSeconds > 1.5 * targetSeconds) break;
      if (durationSeconds >= 0.5 * targetSeconds) peak = Math.max(peak, bitrateOf({ size, durationSeconds }));
    }
  }
  return Math.ceil(peak === 0 ? bitrateOf(total(segments)) : peak);
}

/**
 * Returns the target duration in whole seconds: the longest segment's, rounded to the nearest second, since no segment may
 * round to more (RFC 8216, 4.3.3.1), or rounded up.
 */
export function targetDuration(
  segments: readonly Pick<Segment, 'durationSeconds'>[],
  rounding: 'nearest' | 'up' = 'nearest',
): number {
  const round = (seconds: number): number => (rounding === 'up' ? Math.ceil(seconds - 1e-9) : Math.round(seconds));
  return Math.max(1, ...segments.map(({ durationSeconds }) => round(durationSeconds)));
}
