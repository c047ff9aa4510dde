import { approximate, rational, type Rational, valueOf } from '../rational.ts';
import { driftFrom, fitGrid, ROUNDING_SECONDS, SAME_FAMILY } from './fit-grid.ts';
import type { FrameTimes } from './frame-times.ts';
import { RATES_FOR_JITTER, USUAL_RATES } from './usual-rates.ts';

export interface MeasuredFrameRate {
  /** Constant rate at which a conversion keeps the frames. */
  readonly frameRate: Rational;
  /** Whether intervals differ by more than rounding explains. */
  readonly variable: boolean;
}

/** Difference from a usual rate, as a share, that is imprecision of a clock: two frames a minute at 60 per second. */
const CLOCK_ERROR = 5e-4;
/** The same for intervals that are all equal, which are exact but for the rounding of one. */
const EXACT_CLOCK_ERROR = 2e-5;
/** Interval that is a pause rather than the duration of a frame, seconds. */
const PAUSE_SECONDS = 1;
/** Share of frames that a rate may lose to jitter, and what a rate may lose that is as good as the mean. */
const MAX_LOST = 0.05;
const MAX_LOST_NEAR_MEAN = 0.1;
const NEAR_MEAN = 0.03;
/** Lowest rate for a track of variable rate of which only parts were read: it may be slower there than elsewhere. */
const MIN_PARTLY_KNOWN = rational(30);

/**
 * Measures the frame rate of a track from the times of its frames. Plan: it holds on AWS and on the laptop.
 *
 * Equal intervals give their own rate, or the usual one that their timestamps round. Frames on the grid of a usual rate,
 * some of them dropped, give that rate. For all others returns the lowest whole rate at which hardly two frames share a
 * place.
 *
 * @param stated rate that the file states, which decides between rates that the times cannot tell apart
 * @returns undefined for fewer than two frames
 */
export function measureFrameRate(times: FrameTimes, stated?: Rational): MeasuredFrameRate | undefined {
  const intervals = summarize(times);
  if (intervals === undefined) return undefined;
  const { shortest, longest } = intervals;
  const variable = longest - shortest > Math.max(1.01 / times.ticksPerSecond, ROUNDING_SECONDS);
  const measured = variable ? variableRate(times, intervals) : constantRate(times, intervals);
  return { frameRate: refine(measured, stated, times), variable };
}

interface Intervals {
  readonly count: number;
  /** Seconds; pauses are left out of the mean. */
  readonly shortest: number;
  readonly longest: number;
  readonly mean: number;
}

function summarize({ stretches, ticksPerSecond }: FrameTimes): Intervals | undefined {
  let [count, total, shortest, longest, counted, countedTotal] = [0, 0, Infinity, 0, 0, 0];
  for (const stretch of stretches) {
    for (let index = 1; index < stretch.length; index += 1) {
      const seconds = ((stretch[index] ?? 0) - (stretch[index - 1] ?? 0)) / ticksPerSecond;
      [count, total] = [count + 1, total + seconds];
      [shortest, longest] = [Math.min(shortest, seconds), Math.max(longest, seconds)];
      if (seconds <= PAUSE_SECONDS) [counted, countedTotal] = [counted + 1, countedTotal + seconds];
    }
  }
  if (count === 0) return undefined;
  return { count, shortest, longest, mean: counted === 0 ? total / count : countedTotal / counted };
}

function constantRate({ ticksPerSecond, stretches }: FrameTimes, { count, shortest, longest, mean }: Intervals): Rational {
  const fps = 1 / mean;
  const rounding = (Math.min(stretches.length, count) / ticksPerSecond / (mean * count)) * 1.001;
  const areEqual = longest - shortest < 0.01 / ticksPerSecond;
  const tolerance = Math.max(rounding, areEqual ? EXACT_CLOCK_ERROR : CLOCK_ERROR);
  return nearestUsual(fps, tolerance) ?? approximate(fps, areEqual ? undefined : 1e-6);
}

function nearestUsual(fps: number, tolerance: number): Rational | undefined {
  const distance = (rate: Rational): number => Math.abs(valueOf(rate) - fps);
  return USUAL_RATES.filter((rate) => distance(rate) <= fps * tolerance).toSorted((a, b) => distance(a) - distance(b))[0];
}

function variableRate(times: FrameTimes, intervals: Intervals): Rational {
  const grid = fitGrid(times);
  const rate = grid === undefined ? jitteryRate(times, 1 / intervals.mean) : (filmRate(grid, times, intervals) ?? grid);
  const isUncertain = !times.complete && valueOf(rate) < MIN_PARTLY_KNOWN.numerator * 0.99;
  return isUncertain ? MIN_PARTLY_KNOWN : rate;
}

/**
 * Returns the mean rate of frames that are shown for two and three places of the grid by turns, as films at 59.94: a usual
 * rate of the grid's family in which every frame has a place of its own.
 */
function filmRate(grid: Rational, times: FrameTimes, { mean, count, shortest, longest }: Intervals): Rational | undefined {
  const tolerance = Math.max(CLOCK_ERROR, (longest - shortest) / (mean * count));
  const family = USUAL_RATES.filter(({ denominator }) => (denominator === 1001) === (grid.denominator === 1001));
  const rate = family.find((usual) => Math.abs(valueOf(usual) * mean - 1) <= tolerance);
  return rate !== undefined && shareLost(valueOf(rate), times) === 0 ? rate : undefined;
}

function jitteryRate(times: FrameTimes, meanFps: number): Rational {
  const chosen = RATES_FOR_JITTER.find((rate) => {
    const fps = valueOf(rate);
    const isMean = Math.abs(fps - meanFps) <= meanFps * NEAR_MEAN;
    return fps >= meanFps * (1 - NEAR_MEAN) && shareLost(fps, times) <= (isMean ? MAX_LOST_NEAR_MEAN : MAX_LOST);
  });
  return chosen ?? rational(60);
}

/** Returns the share of frames that a conversion to a constant rate loses because they share a place with the one before. */
function shareLost(fps: number, { stretches, ticksPerSecond }: FrameTimes): number {
  let [frames, lost] = [0, 0];
  for (const stretch of stretches) {
    let earlier: number | undefined;
    for (const time of stretch) {
      const place = Math.round(((time - (stretch[0] ?? 0)) / ticksPerSecond) * fps);
      frames += 1;
      if (place === earlier) lost += 1;
      earlier = place;
    }
  }
  return lost / Math.max(1, frames);
}

/** Returns the rate that the file states if the rounding of timestamps explains its difference from the measured one. */
function refine(measured: Rational, stated: Rational | undefined, times: FrameTimes): Rational {
  if (stated === undefined || Math.abs(valueOf(stated) / valueOf(measured) - 1) > SAME_FAMILY) return measured;
  const drift = driftFrom(valueOf(stated), times) ?? Infinity;
  if (drift > (1.5 * times.stretches.length) / times.ticksPerSecond) return measured;
  return nearestUsual(valueOf(stated), EXACT_CLOCK_ERROR) ?? stated;
}
