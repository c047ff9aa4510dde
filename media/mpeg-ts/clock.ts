/** Ticks per second of the timestamps of MPEG-2 streams: ISO/IEC 13818-1, 2.4.3.7. */
export const TICKS_PER_SECOND = 90_000;
/** Ticks after which timestamps begin again. */
export const WRAP = 2 ** 33;
/** Maximum time between two timestamps; a longer step forward is a clock jump. */
export const MAX_GAP_TICKS = 10 * TICKS_PER_SECOND;
/** Maximum step backward between decoding times, which rounding explains. */
const MAX_ROUNDING = TICKS_PER_SECOND / 10;
/** Maximum step backward between reordered frames, if a stream has no decoding times. */
const MAX_REORDERING = 2 * TICKS_PER_SECOND;
/** Minimum share of steps backward in a stream of reordered frames; clock jumps are rarer. */
const MIN_REORDERED_SHARE = 0.1;

/** Time that elapses in a sequence of timestamps. */
export interface Passage {
  /** Ticks without clock jumps. */
  readonly ticks: number;
  readonly jumps: number;
}

/** Returns the difference of two timestamps in ticks; the later one may have wrapped. */
export function stepBetween(earlier: number, later: number): number {
  const step = (((later - earlier) % WRAP) + WRAP) % WRAP;
  return step > WRAP / 2 ? step - WRAP : step;
}

/** Returns whether a step between neighboring timestamps is a clock jump rather than elapsed time. */
export function isJump(step: number, reorders: boolean): boolean {
  return step > MAX_GAP_TICKS || isStepBack(step, reorders);
}

/** @param reorders whether the timestamps are presentation times of reordered frames */
export function isStepBack(step: number, reorders: boolean): boolean {
  return step < -(reorders ? MAX_REORDERING : MAX_ROUNDING);
}

/** Returns whether timestamps in file order are presentation times of reordered frames, of a stream without decoding times. */
export function mayReorder(times: readonly number[]): boolean {
  let back = 0;
  for (const [index, time] of times.entries()) {
    const step = stepBetween(times[index - 1] ?? time, time);
    if (step < 0 && step >= -MAX_REORDERING) back += 1;
  }
  return back > (times.length - 1) * MIN_REORDERED_SHARE;
}

/** Adds up the time between timestamps in decoding order. */
export function measurePassage(times: readonly number[]): Passage {
  const reorders = mayReorder(times);
  let [ticks, jumps] = [0, 0];
  // Time since the last jump: of the latest frame, and of the last one decoded.
  let [latest, current] = [0, 0];
  for (const [index, time] of times.entries()) {
    const earlier = times[index - 1];
    if (earlier === undefined) continue;
    const step = stepBetween(earlier, time);
    if (isJump(step, reorders)) {
      jumps += 1;
      ticks += latest;
      [latest, current] = [0, 0];
    } else {
      current += step;
      latest = Math.max(latest, current);
    }
  }
  return { ticks: ticks + latest, jumps };
}
