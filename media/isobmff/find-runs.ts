import type { SampleRun } from './outside-samples.ts';

/**
 * Finds runs of damaged samples or chunks. Probes evenly spaced positions, and halves the distance between neighbors that differ until their edge is found.
 *
 * @param probes number of positions to probe; damage between two of them is not found
 */
export async function findRuns(
  count: number,
  probes: number,
  isDamaged: (index: number) => Promise<boolean>,
): Promise<SampleRun[]> {
  const distance = Math.max(1, (count - 1) / Math.max(1, probes - 1));
  const runs: SampleRun[] = [];
  let [earlier, first]: [number, number | undefined] = [-1, undefined];
  const edgeAfter = async (from: number, to: number, isFirstDamaged: boolean): Promise<number> => {
    let [low, high] = [from, to];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if ((await isDamaged(middle)) === isFirstDamaged) low = middle;
      else high = middle;
    }
    return high;
  };
  for (let probe = 0; probe < probes && Math.round(probe * distance) < count; probe += 1) {
    const index = Math.round(probe * distance);
    const damaged = await isDamaged(index);
    if (damaged && first === undefined) first = await edgeAfter(earlier, index, false);
    else if (!damaged && first !== undefined) {
      runs.push({ first, end: await edgeAfter(earlier, index, true) });
      first = undefined;
    }
    earlier = index;
  }
  return first === undefined ? runs : [...runs, { first, end: count }];
}
