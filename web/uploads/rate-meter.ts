interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

const WINDOW_MS = 8000;
/** Less than this says nothing about how fast a connection is. */
const MIN_WINDOW_MS = 800;

/** How fast bytes are going out, over the last seconds; what a failed try had sent counts as sent. */
export class RateMeter {
  #samples: Sample[] = [];
  #sent = 0;
  #last = 0;

  /** @param bytes that have been sent in all; less than before when a part begins again */
  record(atMs: number, bytes: number): void {
    this.#sent += Math.max(0, bytes - this.#last);
    this.#last = bytes;
    this.#samples = [...this.#samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS), { atMs, bytes: this.#sent }];
  }

  /** Null while too little is known; 0 only when nothing has gone out for some seconds. */
  bytesPerSecond(atMs: number): number | null {
    const recent = this.#samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS);
    const [first] = recent;
    if (first === undefined) return this.#samples.length === 0 ? null : 0;
    if (atMs - first.atMs < MIN_WINDOW_MS || this.#sent === first.bytes) return null;
    return ((this.#sent - first.bytes) * 1000) / (atMs - first.atMs);
  }
}

/** Null when nothing moves, or nobody knows yet. */
export function secondsLeft(bytesLeft: number, bytesPerSecond: number | null): number | null {
  return bytesPerSecond === null || bytesPerSecond <= 0 ? null : bytesLeft / bytesPerSecond;
}
