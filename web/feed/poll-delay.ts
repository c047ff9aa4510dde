/** State that decides when the change feed is polled next. */
export interface FeedState {
  /** Whether the page is visible. */
  readonly visible: boolean;
  /** Number of videos in progress, as the feed reports it. */
  readonly unfinished: number;
  /** Whether this page is uploading files. */
  readonly uploading: boolean;
  /** Whether the last response was incomplete. */
  readonly more: boolean;
  /** Number of consecutive failures. */
  readonly failures: number;
  /** Time since the user last changed something on this page or returned to it, perhaps from a change elsewhere. */
  readonly sinceActionMs: number;
}

const POLL_MS = 1000;
/** Time to poll after an action: the feed shows a change only once every older transaction has ended. */
const POLL_AFTER_ACTION_MS = 8000;
const MAX_RETRY_DELAY_MS = 30_000;
/** Longer than the five minutes after which an idle database pauses: retries alone do not keep it awake. */
const MAX_IDLE_RETRY_DELAY_MS = 600_000;

/**
 * Returns the milliseconds until the next poll; null to wait for a trigger. Each poll wakes a paused database, so that a
 * page on which nothing is expected sends none.
 */
export function nextPollMs(state: FeedState): number | null {
  if (!state.visible) return null;
  const isBusy = state.unfinished > 0 || state.uploading;
  if (state.failures > 0) {
    return Math.min(POLL_MS * 2 ** state.failures, isBusy ? MAX_RETRY_DELAY_MS : MAX_IDLE_RETRY_DELAY_MS);
  }
  if (state.more) return 0;
  if (isBusy) return POLL_MS;
  // Doubles each time, since it waits as long again.
  return state.sinceActionMs < POLL_AFTER_ACTION_MS ? Math.max(POLL_MS, state.sinceActionMs) : null;
}
