import { isJump, mayReorder, measurePassage, stepBetween } from './clock.ts';

/** Timestamps in part of a file, in decoding order. */
export interface ClockWindow {
  readonly start: number;
  readonly end: number;
  readonly times: readonly number[];
}

/** Reads the window at an offset; it never extends beyond the end of the file. */
export type ReadWindow = (start: number) => Promise<ClockWindow>;

/** Number of windows spread over a file, and maximum number of additional ones to search for clock jumps. */
const WINDOWS = 24;
const MAX_SEARCHES = 48;
/** Factor by which the pace between two windows may differ from the usual before a jump is suspected. */
const MAX_RATIO = 2.5;
/** Factor by which time between windows may exceed the usual and still count as certain. */
const CERTAIN_RATIO = 1.25;

/** Length of a file of which only windows were read, ticks. */
export interface SampledLength {
  readonly ticks: number;
  /** Length without possible undetected jumps. */
  readonly minTicks: number;
}

/**
 * Measures a file's length from windows of its timestamps. Where the time does not match the number of bytes, more windows in
 * between find out whether the clock jumps.
 */
export async function sampleClock(size: number, readWindow: ReadWindow): Promise<SampledLength | undefined> {
  const windows: ClockWindow[] = [];
  for (let index = 0; index < WINDOWS; index += 1) {
    const window = await readWindow(Math.floor((size * index) / WINDOWS));
    if (window.times.length > 0) windows.push(window);
  }
  const last = await readLast(size, readWindow);
  if (last !== undefined && last.start >= (windows.at(-1)?.end ?? 0)) windows.push(last);
  if (windows.length < 2) return undefined;
  const usual = usualTicksPerByte(windows);
  let searches = MAX_SEARCHES;

  /** Measures the time between two windows, excluding both. */
  const between = async (a: ClockWindow, b: ClockWindow): Promise<SampledLength> => {
    const step = stepBetween(a.times.at(-1) ?? 0, b.times[0] ?? 0);
    const bytes = Math.max(0, b.start - a.end);
    const expected = usual * bytes;
    const isNear = bytes <= (a.end - a.start) / 2;
    if (isNear) return isJump(step, mayReorder(a.times)) ? { ticks: expected, minTicks: 0 } : certain(step);
    const fits = step >= expected / MAX_RATIO && step <= expected * MAX_RATIO;
    if (fits || searches === 0) return fits ? { ticks: step, minTicks: Math.min(step, expected * CERTAIN_RATIO) } : uncertain(step, expected);
    searches -= 1;
    const middle = await readWindow(Math.floor((a.end + b.start) / 2 - (a.end - a.start) / 2));
    if (middle.times.length === 0) return uncertain(step, expected);
    const parts = [await between(a, middle), inside(middle), await between(middle, b)];
    return sumOf(parts);
  };

  const parts: SampledLength[] = [];
  for (const [index, window] of windows.entries()) {
    const earlier = windows[index - 1];
    if (earlier !== undefined) parts.push(await between(earlier, window));
    parts.push(inside(window));
  }
  const length = sumOf(parts);
  // With more jumps than searches, nothing is certain.
  return searches === 0 ? { ...length, minTicks: 0 } : length;
}

/** Reads the last window with timestamps. */
async function readLast(size: number, readWindow: ReadWindow): Promise<ClockWindow | undefined> {
  const { start, end } = await readWindow(0);
  for (let back = 1; back <= 4; back += 1) {
    const window = await readWindow(Math.max(0, size - back * (end - start)));
    if (window.times.length > 0) return window;
  }
  return undefined;
}

/**
 * Returns the usual pace: between windows, unless it is much slower inside them, as in a file with more clock jumps than
 * windows.
 */
function usualTicksPerByte(windows: readonly ClockWindow[]): number {
  const between = windows.slice(1).flatMap((window, index) => {
    const earlier = windows[index];
    const step = earlier === undefined ? 0 : stepBetween(earlier.times[0] ?? 0, window.times[0] ?? 0);
    return earlier === undefined || step <= 0 ? [] : [step / (window.start - earlier.start)];
  });
  const insideOf = windows.flatMap(({ times, start, end }) => {
    const steps = times.length - 1;
    return steps < MIN_STEPS ? [] : [((measurePassage(times).ticks / steps) * times.length) / (end - start)];
  });
  const [usual, least] = [medianOf(between) ?? 0, medianOf(insideOf)];
  return least !== undefined && usual > least * MAX_RATIO ? least : usual;
}

/** Minimum number of steps between timestamps for a window to show the pace. */
const MIN_STEPS = 4;

function medianOf(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function inside({ times }: ClockWindow): SampledLength {
  return certain(measurePassage(times).ticks);
}

function certain(step: number): SampledLength {
  const ticks = Math.max(0, step);
  return { ticks, minTicks: ticks };
}

function uncertain(step: number, expected: number): SampledLength {
  return { ticks: expected, minTicks: Math.max(0, Math.min(step, expected)) };
}

function sumOf(parts: readonly SampledLength[]): SampledLength {
  return parts.reduce((sum, part) => ({ ticks: sum.ticks + part.ticks, minTicks: sum.minTicks + part.minTicks }));
}
