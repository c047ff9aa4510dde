/**
 * Times that a function may start on one piece of work. The catalog counts them, since a queue also counts deliveries that
 * never reached the function because Lambda throttled it. After that many, the work has failed or killed the function each
 * time, by a crash, for want of memory or by its timeout, and the revision ends with its code.
 */
export const MAX_STARTS = 5;

/**
 * Returns whether work was started too often: both by the catalog's count and by its queue's. The queue does not count a
 * delivery that ended with the whole machine, as when the laptop cloud is killed, and the catalog no throttled one.
 *
 * @param receiveCount deliveries of the message; undefined if unknown
 */
export function wasStartedTooOften(starts: number, receiveCount = Number.POSITIVE_INFINITY): boolean {
  return Math.min(starts, receiveCount) > MAX_STARTS;
}
