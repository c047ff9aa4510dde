import { type Rational, valueOf } from '../rational.ts';
import type { FrameTimes } from './frame-times.ts';
import { USUAL_RATES } from './usual-rates.ts';

/** Rounding and jitter that still count as equal intervals, seconds: timestamps of many formats are milliseconds. */
export const ROUNDING_SECONDS = 0.00101;
/** Deviation from a grid over a whole stretch, seconds: rounded twice, for example to 1/600 s and then to milliseconds. */
const MAX_WANDERING_SECONDS = 0.0025;
/** Share of intervals that may leave the grid, as when a recording is paused. */
const MAX_BREAKS = 0.02;
/** Minimum number of intervals, one of which may be off: some muxers write another duration for the first frame. */
const INTERVALS_WITH_BREAK = 8;
/** Relative difference of rates that are the same but for the factor 1000/1001. */
export const SAME_FAMILY = 0.002;

/**
 * Returns the lowest usual rate at whose multiples every frame is shown, each at its own: the rate of a recording from
 * which frames were dropped. Of rates that differ by 1000/1001, returns the one that the times follow most closely.
 */
export function fitGrid(times: FrameTimes): Rational | undefined {
  let lowest: number | undefined;
  let best: { rate: Rational; drift: number } | undefined;
  for (const rate of USUAL_RATES) {
    const fps = valueOf(rate);
    if (lowest !== undefined && fps > lowest * (1 + SAME_FAMILY)) break;
    const drift = driftFrom(fps, times);
    if (drift === undefined) continue;
    lowest ??= fps;
    if (best === undefined || drift < best.drift) best = { rate, drift };
  }
  return best?.rate;
}

/**
 * Measures how closely frames follow the grid of a rate.
 *
 * @returns drift over all stretches together, seconds; undefined if the frames do not follow the grid
 */
export function driftFrom(fps: number, { ticksPerSecond, stretches }: FrameTimes): number | undefined {
  const tolerance = Math.max(1.01 / ticksPerSecond, ROUNDING_SECONDS) * fps;
  const wandering = Math.max(1.5 / ticksPerSecond, MAX_WANDERING_SECONDS) * fps;
  let [intervals, breaks, drifted] = [0, 0, 0];
  for (const stretch of stretches) {
    let [at, low, high] = [0, 0, 0];
    for (let index = 1; index < stretch.length; index += 1) {
      const steps = (((stretch[index] ?? 0) - (stretch[index - 1] ?? 0)) / ticksPerSecond) * fps;
      const whole = Math.round(steps);
      intervals += 1;
      if (whole < 1 || Math.abs(steps - whole) > tolerance) {
        breaks += 1;
        drifted += Math.abs(at);
        [at, low, high] = [0, 0, 0];
        continue;
      }
      at += steps - whole;
      [low, high] = [Math.min(low, at), Math.max(high, at)];
      if (high - low > wandering) return undefined;
    }
    drifted += Math.abs(at);
  }
  const allowed = Math.max(intervals * MAX_BREAKS, intervals >= INTERVALS_WITH_BREAK ? 1 : 0);
  return intervals === 0 || breaks > allowed ? undefined : drifted / fps;
}
