import { isPassingError } from '../runtime/is-passing-error.ts';

/** Domain of one user pool, which has one at most. */
export interface PoolDomain {
  /** Returns the prefix; undefined if the pool has no domain. */
  find(): Promise<string | undefined>;
  create(prefix: string): Promise<void>;
  delete(prefix: string): Promise<void>;
}

/** With pauses of five seconds, a minute: the time that a domain may take to have an effect. */
const MAX_ATTEMPTS = 13;

/** Errors that say to try again. */
const TRANSIENT = new Set(['ConcurrentModificationException', 'InternalErrorException', 'TimeoutError']);
/** Messages of `InvalidParameterException` for a domain that is still being deleted, or is no longer there. */
const OUTDATED = /already has a domain|no such domain/i;

/**
 * Gives a pool the domain with a prefix: Cognito cannot rename a domain, so the pool is without one in between. If the new one
 * cannot be created, the pool gets its earlier domain back. Without effect if the pool already has the domain.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolDomain.html
 *
 * @param pause waits between two looks at the pool
 * @throws the error of Cognito, such as for a prefix that belongs to another pool
 */
export async function changeDomain(pool: PoolDomain, wanted: string, pause: () => Promise<unknown>): Promise<void> {
  let earlier: string | undefined;
  const seen: PoolDomain = {
    ...pool,
    find: async () => {
      const current = await pool.find();
      if (current !== wanted) earlier ??= current;
      return current;
    },
  };
  try {
    await converge(seen, wanted, isTransient, pause);
  } catch (error) {
    const restored = earlier;
    if (restored !== undefined)
      await converge(pool, restored, () => true, pause).catch((cause: unknown) => {
        throw new DomainLostError(`${String(error)} The pool has lost its domain ${restored}: ${String(cause)}`, { cause });
      });
    throw error;
  }
}

/** A pool has neither its earlier domain nor the new one. */
export class DomainLostError extends Error {
  override readonly name = 'DomainLostError';
  readonly code = 'sign_in_domain_lost';
}

/** Deletes another domain and creates the wanted one until the pool is seen to have it. */
async function converge(
  pool: PoolDomain,
  wanted: string,
  mayRetry: (error: unknown) => boolean,
  pause: () => Promise<unknown>,
): Promise<void> {
  let failure: unknown;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    if (attempt > 1) await pause();
    try {
      const current = await pool.find();
      if (current === wanted) return;
      await (current === undefined ? pool.create(wanted) : pool.delete(current));
      failure = undefined;
    } catch (error) {
      if (!mayRetry(error)) throw error;
      failure = error;
    }
  }
  throw failure ?? new Error(`Cognito does not show the domain ${wanted} although it was created.`);
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return TRANSIENT.has(error.name) || OUTDATED.test(error.message) || isPassingError(error);
}
