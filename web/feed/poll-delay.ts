/** What decides when the change feed is asked next. */
export interface FeedSituation {
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

const BEAT_MS = 1000;
/** A change is seen in the feed once every older transaction has ended; an own one is waited for this long. */
const ACTION_ECHO_MS = 8000;
const SLOWEST_MS = 30_000;

/** Milliseconds until the feed is asked again; null: not before something wakes it. */
export function nextAskMs(situation: FeedSituation): number | null {
  if (!situation.visible) return null;
  if (situation.failures > 0) return Math.min(BEAT_MS * 2 ** situation.failures, SLOWEST_MS);
  if (situation.more) return 0;
  const expectsSomething =
    situation.unfinished > 0 || situation.uploading || situation.sinceActionMs < ACTION_ECHO_MS;
  return expectsSomething ? BEAT_MS : null;
}
