/** Duration of each request, and of the whole load, in milliseconds. */
export interface RequestLoadResult {
  readonly requestMs: readonly number[];
  readonly elapsedMs: number;
}

export interface RequestLoad {
  /** Number of concurrent requests. */
  readonly connections: number;
  readonly seconds: number;
}

/**
 * Sends one request after another on each connection until the time is over.
 *
 * @param request receives an increasing number, and throws on a wrong response
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

/** Returns the smallest value that `share` of the values do not exceed. @throws RangeError if `values` is empty */
export function quantile(values: readonly number[], share: number): number {
  const value = values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)];
  if (value === undefined) throw new RangeError('A quantile of no values is undefined.');
  return value;
}
