interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

const WINDOW_MS = 8000;
/** Minimum window: shorter ones are too noisy to estimate the speed of a connection. */
const MIN_WINDOW_MS = 800;

/** Measures the upload rate over the last seconds. Bytes of a failed attempt count as sent. */
export class RateMeter {
  #samples: Sample[] = [];
  #sent = 0;
  #last = 0;

  /** @param bytes total bytes sent; lower than before when a part restarts */
  record(atMs: number, bytes: number): void {
    this.#sent += Math.max(0, bytes - this.#last);
    this.#last = bytes;
    this.#samples = [...this.#samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS), { atMs, bytes: this.#sent }];
  }

  /** Returns the rate: null while too little is known, 0 once nothing has been sent for some seconds. */
  bytesPerSecond(atMs: number): number | null {
    const recent = this.#samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS);
    const [first] = recent;
    if (first === undefined) return this.#samples.length === 0 ? null : 0;
    if (atMs - first.atMs < MIN_WINDOW_MS || this.#sent === first.bytes) return null;
    return ((this.#sent - first.bytes) * 1000) / (atMs - first.atMs);
  }
}

/** Returns null while the upload stalls or the rate is unknown. */
export function estimateSecondsLeft(bytesLeft: number, bytesPerSecond: number | null): number | null {
  return bytesPerSecond === null || bytesPerSecond <= 0 ? null : bytesLeft / bytesPerSecond;
}
