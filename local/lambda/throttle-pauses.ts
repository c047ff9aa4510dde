const FIRST_MS = 1000;
const MAX_MS = 5 * 60_000;

/**
 * Returns the pause before Lambda tries a throttled asynchronous event again: one second, doubling up to five minutes.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 *
 * @param throttles number of times the event was throttled
 */
export function throttlePauseMs(throttles: number): number {
  return Math.min(MAX_MS, FIRST_MS * 2 ** (throttles - 1));
}
