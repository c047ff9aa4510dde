/** What kept a request from being carried out. */
export interface FailedRequest {
  readonly code: string;
  /** Of HTTP; 0 without an answer. */
  readonly status: number;
  readonly retryAfterSeconds: number | null;
}

/**
 * Milliseconds to wait before the next try, null to give up.
 *
 * @param tries made so far that had an answer, or of those that had none, whichever this one was; from 1
 */
export type RetryPolicy = (refusal: FailedRequest, tries: number) => number | null;

const MAX_RESUMING_ATTEMPTS = 12;
const MAX_BRIEF_ATTEMPTS = 3;
/** Of what is refused, not of what has no answer. */
export const MAX_UPLOAD_ATTEMPTS = 8;

function isUnavailable({ code }: FailedRequest): boolean {
  return code === 'catalog_resuming' || code === 'sign_in_unavailable';
}

/** While the catalog sleeps, or nobody's token can be checked, everything is refused before it is begun. */
function unavailableDelayMs({ retryAfterSeconds }: FailedRequest, tries: number): number | null {
  return tries < MAX_RESUMING_ATTEMPTS ? (retryAfterSeconds ?? 5) * 1000 : null;
}

/** It came too early, or beside another that does the same. */
function isTooEarly({ code, status }: FailedRequest): boolean {
  return code !== 'too_many_uploads' && (status === 429 || code === 'request_in_progress');
}

/** For what may be done once only: asked again where it has surely not been begun. */
export const retryIfNotStarted: RetryPolicy = (refusal, tries) => {
  if (isUnavailable(refusal)) return unavailableDelayMs(refusal, tries);
  return tries < MAX_BRIEF_ATTEMPTS && isTooEarly(refusal) ? (refusal.retryAfterSeconds ?? 2 ** tries) * 1000 : null;
};

/** For what does no harm when it is done twice, while somebody waits for it. */
export const retryBriefly: RetryPolicy = (refusal, tries) => {
  const mayPass = refusal.code === 'offline' || refusal.status >= 500;
  if (!mayPass || isUnavailable(refusal)) return retryIfNotStarted(refusal, tries);
  return tries < MAX_BRIEF_ATTEMPTS ? 500 * 2 ** tries : null;
};

/**
 * For what does no harm when it is done twice, and goes on while nobody looks: as long as there is no answer at all it
 * is asked again without an end, so that hours without a connection cost an upload nothing.
 */
export const retryThroughOutages: RetryPolicy = (refusal, tries) => {
  if (refusal.code === 'offline') return backoffMs(tries);
  if (isUnavailable(refusal)) return unavailableDelayMs(refusal, tries);
  if (tries >= MAX_UPLOAD_ATTEMPTS || !(isTooEarly(refusal) || refusal.status >= 500)) return null;
  return refusal.retryAfterSeconds === null ? backoffMs(tries) : refusal.retryAfterSeconds * 1000;
};

/** Counts tries as policies want them counted. */
export function attemptCounter(): ((refusal: Pick<FailedRequest, 'status'>) => number) {
  let answered = 0;
  let unanswered = 0;
  return ({ status }) => {
    if (status === 0) return ++unanswered;
    unanswered = 0;
    return ++answered;
  };
}

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
