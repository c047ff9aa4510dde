import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '../aws-api/api-error.ts';
import type { MediaConvertHabits } from '../cloud/habits.ts';

/** Applies MediaConvert's habits to its requests and jobs. */
export class EncoderHabits {
  readonly #habits: MediaConvertHabits;
  readonly #random: () => number;
  readonly #now: () => number;
  #throttledUntil = 0;

  /** @param now milliseconds since the epoch */
  constructor(habits: MediaConvertHabits, random: () => number, now: () => number = Date.now) {
    this.#habits = habits;
    this.#random = random;
    this.#now = now;
  }

  /**
   * Lets a request pass, unless requests are being throttled.
   * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html
   *
   * @throws ApiError `TooManyRequestsException`
   */
  admit(): void {
    const { share, forMs } = this.#habits.throttling;
    const now = this.#now();
    if (now >= this.#throttledUntil) {
      if (share === 0 || this.#random() >= share) return;
      this.#throttledUntil = now + this.#between(forMs);
    }
    throw new ApiError('TooManyRequestsException', 429, 'Too Many Requests');
  }

  /** Waits as long as Probe takes on top of reading the file. */
  async delayProbe(): Promise<void> {
    const waitMs = this.#between(this.#habits.probeMs);
    if (waitMs > 0) await delay(waitMs, undefined, { ref: false });
  }

  /** Returns the time for which a job stays SUBMITTED although its queue is free, in milliseconds. */
  submittedMs(): number {
    return this.#between(this.#habits.submittedMs);
  }

  /** Returns the number of a job's first frame capture. */
  firstCapture(): number {
    const numbers = this.#habits.firstCaptures;
    return numbers[Math.floor(this.#random() * numbers.length)] ?? 0;
  }

  #between([least, most]: readonly [number, number]): number {
    return most === 0 ? 0 : Math.round(least + this.#random() * (most - least));
  }
}
