/** A request that was rejected or got no response. */
export interface FailedRequest {
  readonly code: string;
  /** HTTP status; 0 without a response. */
  readonly status: number;
  readonly retryAfterSeconds: number | null;
}

/**
 * Returns the milliseconds to wait before the next attempt, or null to stop.
 *
 * @param attempts number of attempts, from 1: all with a response if this one had one, otherwise consecutive ones without
 */
export type RetryPolicy = (failure: FailedRequest, attempts: number) => number | null;

const MAX_RESUMING_ATTEMPTS = 12;
const MAX_BRIEF_ATTEMPTS = 3;
/** Counts responses only; attempts without a response are unlimited. */
export const MAX_UPLOAD_ATTEMPTS = 8;

function isUnavailable({ code }: FailedRequest): boolean {
  return code === 'catalog_resuming' || code === 'sign_in_unavailable';
}

/** Returns the delay of a retry while the catalog or the token check is unavailable: the API has started nothing. */
function unavailableDelayMs({ retryAfterSeconds }: FailedRequest, attempts: number): number | null {
  return attempts < MAX_RESUMING_ATTEMPTS ? (retryAfterSeconds ?? 5) * 1000 : null;
}

/** Returns whether the request was throttled, or the same request is still in progress. */
function isTooEarly({ code, status }: FailedRequest): boolean {
  return code !== 'too_many_uploads' && (status === 429 || code === 'request_in_progress');
}

/** Policy for requests that are not idempotent: retries only what the API certainly has not started. */
export const retryIfNotStarted: RetryPolicy = (failure, attempts) => {
  if (isUnavailable(failure)) return unavailableDelayMs(failure, attempts);
  return attempts < MAX_BRIEF_ATTEMPTS && isTooEarly(failure)
    ? (failure.retryAfterSeconds ?? 2 ** attempts) * 1000
    : null;
};

/** Policy for idempotent requests that a user waits for. */
export const retryBriefly: RetryPolicy = (failure, attempts) => {
  const mayPass = failure.code === 'offline' || failure.status >= 500;
  if (!mayPass || isUnavailable(failure)) return retryIfNotStarted(failure, attempts);
  return attempts < MAX_BRIEF_ATTEMPTS ? 500 * 2 ** attempts : null;
};

/**
 * Policy for idempotent requests that continue in the background: retries without limit while there is no response, so
 * that an upload survives hours without a connection.
 */
export const retryThroughOutages: RetryPolicy = (failure, attempts) => {
  if (failure.code === 'offline') return backoffMs(attempts);
  if (isUnavailable(failure)) return unavailableDelayMs(failure, attempts);
  if (attempts >= MAX_UPLOAD_ATTEMPTS || !(isTooEarly(failure) || failure.status >= 500)) return null;
  return failure.retryAfterSeconds === null ? backoffMs(attempts) : failure.retryAfterSeconds * 1000;
};

/** Returns a counter of attempts as `RetryPolicy` expects them. */
export function createAttemptCounter(): ((failure: Pick<FailedRequest, 'status'>) => number) {
  let responses = 0;
  let outages = 0;
  return ({ status }) => {
    if (status === 0) return ++outages;
    outages = 0;
    return ++responses;
  };
}

const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 30_000;

/**
 * Returns the milliseconds before the next attempt: exponential backoff, half of it random, so that clients that failed
 * together do not retry together.
 *
 * @param attempts number of attempts made, from 1
 * @param chance from 0 to 1
 */
export function backoffMs(attempts: number, chance: number = Math.random()): number {
  const longest = Math.min(FIRST_DELAY_MS * 2 ** (attempts - 1), MAX_DELAY_MS);
  return longest / 2 + (longest / 2) * chance;
}
