/** Time limits of one cluster. */
export interface AutoPauseOptions {
  /** Idle time after which the cluster pauses; undefined for one that never does. */
  readonly pauseAfterMs: number | undefined;
  /** Returns the time of the next resume. */
  readonly resumeMs: () => number;
  /** Returns a monotonic time. @default that of the process */
  readonly nowMs?: () => number;
}

/**
 * State of an Aurora cluster with a minimum capacity of 0: paused when idle, and resumed by the first call, which fails
 * like those during the resume. That takes about 15 seconds, or more than 30 after a pause of a day.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 */
export class AutoPause {
  readonly #pauseAfterMs: number;
  readonly #resumeMs: () => number;
  readonly #nowMs: () => number;
  /** Time of the last call, or of the end of a resume. */
  #usedMs: number;

  constructor({ pauseAfterMs = Number.POSITIVE_INFINITY, resumeMs, nowMs = () => performance.now() }: AutoPauseOptions) {
    this.#pauseAfterMs = pauseAfterMs;
    this.#resumeMs = resumeMs;
    this.#nowMs = nowMs;
    this.#usedMs = nowMs();
  }

  /**
   * Notes a call, and returns whether the cluster can run it.
   *
   * @param isBusy whether a transaction is open, which keeps a cluster from pausing
   */
  admit(isBusy: boolean): boolean {
    const nowMs = this.#nowMs();
    if (nowMs < this.#usedMs) return false;
    const isPaused = !isBusy && nowMs - this.#usedMs >= this.#pauseAfterMs;
    this.#usedMs = isPaused ? nowMs + this.#resumeMs() : nowMs;
    return !isPaused;
  }
}
