/** How long each request took, and how long all of them together, milliseconds. */
export interface RequestLoadResult {
  readonly requestMs: readonly number[];
  readonly elapsedMs: number;
}

export interface RequestLoad {
  /** Requests under way at any time. */
  readonly connections: number;
  readonly seconds: number;
}

/**
 * Makes one request after the other on each connection until the time is over.
 *
 * @param request is given a number that counts up, and throws where the answer is not the right one
 */
export async function runRequestLoad(
  { connections, seconds }: RequestLoad,
  request: (index: number) => Promise<void>,
): Promise<RequestLoadResult> {
  const requestMs: number[] = [];
  const started = performance.now();
  let next = 0;
  const connection = async (): Promise<void> => {
    while (performance.now() < started + seconds * 1000) {
      const before = performance.now();
      await request((next += 1));
      requestMs.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  return { requestMs, elapsedMs: performance.now() - started };
}

/** The least that `share` of the values are at or below. @throws RangeError if there is no value */
export function quantile(values: readonly number[], share: number): number {
  const value = values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)];
  if (value === undefined) throw new RangeError('A quantile of nothing');
  return value;
}
