import { rational, type Rational, valueOf } from '../rational.ts';
import type { SampleTiming } from './stts.ts';

/** Rates that cameras and editing programs write. */
const USUAL_RATES: readonly Rational[] = [
  ...[24000, 30000, 48000, 60000, 120000].map((numerator) => rational(numerator, 1001)),
  ...[10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 100, 120, 240].map((fps) => rational(fps)),
];

/**
 * Derives the frame rate of a track from its time table: the exact rate if all frames have the same duration, or the usual
 * rate that its ticks round (23.976 at 600 ticks per second). For a variable rate, returns the higher of the mean rate and
 * the rate of the most common duration, so that few frames are dropped.
 */
export function trackFrameRate(timing: SampleTiming, timescale: number): Rational | undefined {
  const { sampleCount, commonTicks, meanTicks, variable } = timing;
  if (commonTicks === 0 || meanTicks === 0) return undefined;
  const exact = rational(timescale, commonTicks);
  const mean = timescale / meanTicks;
  if (Math.abs(valueOf(exact) - mean) < mean * 1e-6 || (variable && mean < valueOf(exact))) return exact;
  const usual = USUAL_RATES.find((rate) => Math.abs(valueOf(rate) - mean) < mean * 5e-4);
  return usual ?? meanRate(timescale, meanTicks, sampleCount) ?? exact;
}

/** Returns the mean rate as an exact fraction: frames counted per ticks counted. */
function meanRate(timescale: number, meanTicks: number, sampleCount: number): Rational | undefined {
  const frames = Math.max(1, sampleCount - 1);
  return Number.isSafeInteger(frames * timescale)
    ? rational(frames * timescale, Math.round(meanTicks * frames))
    : undefined;
}
