/** What decides when the change feed is asked next. */
export interface FeedState {
  /** Whether somebody can see the page. */
  readonly visible: boolean;
  /** Videos on their way, as the feed itself said. */
  readonly unfinished: number;
  /** Whether this page is sending files. */
  readonly uploading: boolean;
  /** The last answer did not hold everything. */
  readonly more: boolean;
  /** Tries in a row that failed. */
  readonly failures: number;
  /** Since somebody here last did something that the chain answers to, or came back from where they may have. */
  readonly sinceActionMs: number;
}

const POLL_MS = 1000;
/** A change is seen in the feed once every older transaction has ended; an own one is waited for this long. */
const ACTION_ECHO_MS = 8000;
const MAX_POLL_MS = 30_000;

/** Milliseconds until the feed is asked again; null: not before something wakes it. */
export function nextPollMs(situation: FeedState): number | null {
  if (!situation.visible) return null;
  if (situation.failures > 0) return Math.min(POLL_MS * 2 ** situation.failures, MAX_POLL_MS);
  if (situation.more) return 0;
  const expectsSomething =
    situation.unfinished > 0 || situation.uploading || situation.sinceActionMs < ACTION_ECHO_MS;
  return expectsSomething ? POLL_MS : null;
}
