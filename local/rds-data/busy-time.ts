/** Time during which at least one operation runs. */
export class BusyTime {
  readonly #now: () => number;
  #running = 0;
  /** Start of the current busy time, or of the part that was not taken yet. */
  #since = 0;
  #busyMs = 0;

  /** @param now returns a monotonic time in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Runs an operation and counts its time. */
  async during<Result>(run: () => Promise<Result>): Promise<Result> {
    if (this.#running === 0) this.#since = this.#now();
    this.#running += 1;
    try {
      return await run();
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#busyMs += this.#now() - this.#since;
    }
  }

  /** Returns the busy time since the last call, in milliseconds. */
  take(): number {
    const now = this.#now();
    const current = this.#running > 0 ? now - this.#since : 0;
    const taken = this.#busyMs + current;
    this.#busyMs = 0;
    this.#since = now;
    return taken;
  }
}
