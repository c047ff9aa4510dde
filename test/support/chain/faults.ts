import type { ChainServices, Functions } from './services.ts';

/**
 * Runs a function under one fault after another until it completes, as if its queue redelivered the message each time.
 *
 * @returns number of failures
 */
export type Sweep = (services: ChainServices, work: (functions: Functions) => Promise<unknown>) => Promise<number>;

/** Kills the function at its first request, then at its second, and so on. */
export const killedEverywhere: Sweep = (services, work) =>
  untilDone(services, work, (nth) => services.killedAfter(nth), 'killed');

function failingEverywhere(when: 'before' | 'after'): Sweep {
  return (services, work) =>
    untilDone(services, work, (nth) => services.failingAt(nth, when), 'terminating connection');
}

export const FAULTS: readonly (readonly [string, Sweep])[] = [
  ['is killed between any two of its requests', killedEverywhere],
  ['uses a database that fails at any of its statements', failingEverywhere('before')],
  ['loses the database’s response to any of its statements', failingEverywhere('after')],
];

/** Each fault is a first one for the work, which ends after five. */
async function untilDone(
  services: ChainServices,
  work: (functions: Functions) => Promise<unknown>,
  functionsOf: (nth: number) => Functions,
  expected: string,
): Promise<number> {
  for (let faults = 0; ; faults += 1) {
    try {
      await work(functionsOf(faults));
      return faults;
    } catch (error) {
      if (!messages(error).includes(expected)) throw error;
      await services.forgetStarts();
    }
  }
}

function messages(error: unknown): string {
  return error instanceof Error ? `${error.message}; ${messages(error.cause)}` : '';
}
