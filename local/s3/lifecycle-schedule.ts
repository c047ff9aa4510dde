const CHECK_MS = 10 * 60_000;
/** Difference between the clocks from which on the wall clock counts as changed. */
const MAX_DRIFT_MS = 3_600_000;

interface LifecycleScheduleOptions {
  /** Carries out the rules at a time, in milliseconds since the epoch. */
  readonly run: (nowMs: number) => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** Milliseconds since the epoch. @default the wall clock */
  readonly now?: () => number;
  /** Milliseconds on a clock that nobody sets. @default the monotonic clock of the process */
  readonly monotonic?: () => number;
}

/**
 * Runs lifecycle rules when the cloud starts and after each midnight UTC, as S3 does. A check every ten minutes, instead of
 * a timer until midnight, follows a laptop that sleeps. After a jump of the wall clock it waits for the next check, so that
 * a clock that is corrected at once expires nothing.
 */
export class LifecycleSchedule {
  readonly #options: LifecycleScheduleOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #lastDay: number | undefined;
  #last: { readonly wallMs: number; readonly monotonicMs: number } | undefined;

  constructor(options: LifecycleScheduleOptions) {
    this.#options = options;
  }

  start(): void {
    void this.check();
    this.#timer = setInterval(() => void this.check(), CHECK_MS).unref();
  }

  /** Runs the rules if a day has begun since the last run. */
  check(): Promise<void> {
    const { run, onError, now = Date.now, monotonic = () => performance.now() } = this.#options;
    const current = { wallMs: now(), monotonicMs: monotonic() };
    const last = this.#last ?? current;
    this.#last = current;
    const driftMs = Math.abs(current.wallMs - last.wallMs - (current.monotonicMs - last.monotonicMs));
    const day = Math.floor(current.wallMs / (24 * 3_600_000));
    if (driftMs > MAX_DRIFT_MS || day === this.#lastDay) return this.#running;
    this.#lastDay = day;
    this.#running = this.#running.then(() => run(current.wallMs)).catch(onError);
    return this.#running;
  }

  /** Stops the checks and waits for the current run. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }
}
