const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 30_000;

/**
 * Milliseconds before the next try: doubling, with half of it left to chance so that what failed together does not come
 * again together.
 *
 * @param tries made already, from 1
 * @param chance from 0 to 1
 */
export function backoffMs(tries: number, chance: number = Math.random()): number {
  const longest = Math.min(FIRST_DELAY_MS * 2 ** (tries - 1), MAX_DELAY_MS);
  return longest / 2 + (longest / 2) * chance;
}
