/** Which refusals pass by themselves, and how long to wait before asking again. */
export interface Refusal {
  readonly code: string;
  /** Of HTTP; 0 without an answer. */
  readonly status: number;
  readonly retryAfterSeconds: number | null;
}

const WAKING_TRIES = 12;
const OTHER_TRIES = 3;

/**
 * Milliseconds to wait before the next try, null to give up. While the catalog sleeps, or nobody's token can be
 * checked, everything is refused before it is begun, so that any request may come again; after other trouble only
 * reading may.
 *
 * @param tries how often it was asked already, from 1
 */
export const waitBeforeRetryMs = (refusal: Refusal, tries: number, reading: boolean): number | null => {
  if (refusal.code === 'catalog_resuming' || refusal.code === 'sign_in_unavailable') {
    return tries < WAKING_TRIES ? (refusal.retryAfterSeconds ?? 5) * 1000 : null;
  }
  if (tries >= OTHER_TRIES) return null;
  if (refusal.status === 429 || refusal.code === 'request_in_progress') {
    return (refusal.retryAfterSeconds ?? 2 ** tries) * 1000;
  }
  const mayPass = refusal.status === 0 || refusal.status >= 500;
  return reading && mayPass ? 500 * 2 ** tries : null;
};
