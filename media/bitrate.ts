import type { Segment } from './segments.ts';

type Sized = Pick<Segment, 'size' | 'durationSeconds'>;

function total(segments: readonly Sized[]): Sized {
  return segments.reduce((sum, { size, durationSeconds }) => ({
    size: sum.size + size,
    durationSeconds: sum.durationSeconds + durationSeconds,
  }), { size: 0, durationSeconds: 0 });
}

function rateOf({ size, durationSeconds }: Sized): number {
  return (durationSeconds > 0 ? (size * 8) / durationSeconds : 0);
}

/** Bits a second over the whole rendition, rounded up. */
export function averageBitrate(segments: readonly Sized[]): number {
  return Math.ceil(rateOf(total(segments)));
}

/**
 * The bit rate of the costliest segment, bits a second, rounded up: no run of segments, of which RFC 8216 (4.1) defines
 * the peak segment bit rate, is above it.
 */
export function peakBitrate(segments: readonly Sized[]): number {
  return Math.ceil(Math.max(0, ...segments.map(rateOf)));
}

/** Seconds, rounded up: no segment may round to more (RFC 8216, 4.3.3.1). */
export function targetDuration(segments: readonly Pick<Segment, 'durationSeconds'>[]): number {
  return Math.max(1, ...segments.map(({ durationSeconds }) => Math.ceil(durationSeconds - 1e-9)));
}
