/** Number of failures caused by sound after which a video is encoded without sound. */
export const MAX_SOUND_FAILURES = 4;

/**
 * Chooses the sound tracks that the next attempt leaves out: the fewest that explain every failure, and later tracks rather
 * than earlier ones, which more viewers hear. After several failures it leaves out all of them.
 *
 * @param suspects tracks of each failed attempt, at least one of which could not be decoded; never empty
 * @param planned tracks of the last attempt
 * @returns numbers in ascending order
 */
export function leaveOutSound(suspects: readonly (readonly number[])[], planned: readonly number[]): readonly number[] {
  if (suspects.length >= MAX_SOUND_FAILURES) return ascending(new Set([...planned, ...suspects.flat()]));
  const leftOut = new Set<number>();
  let unexplained = suspects;
  while (unexplained.length > 0) {
    const failures = unexplained;
    const countOf = (track: number): number => failures.filter((tracks) => tracks.includes(track)).length;
    const [worst] = [...new Set(failures.flat())].toSorted((a, b) => countOf(b) - countOf(a) || b - a);
    if (worst === undefined) break;
    leftOut.add(worst);
    unexplained = failures.filter((tracks) => !tracks.includes(worst));
  }
  return ascending(leftOut);
}

function ascending(tracks: ReadonlySet<number>): readonly number[] {
  return [...tracks].toSorted((a, b) => a - b);
}
