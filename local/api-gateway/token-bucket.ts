/**
 * Token bucket that throttles as API Gateway does: its size limits bursts, and it refills at the steady request rate.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export class TokenBucket {
  readonly #ratePerSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number | undefined;

  constructor({ ratePerSecond, burst }: { readonly ratePerSecond: number; readonly burst: number }) {
    this.#ratePerSecond = ratePerSecond;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** Takes a token. @returns false if the bucket is empty */
  take(now: Date): boolean {
    const time = now.getTime();
    const seconds = Math.max(0, time - (this.#filledAt ?? time)) / 1000;
    this.#filledAt = time;
    this.#tokens = Math.min(this.#burst, this.#tokens + seconds * this.#ratePerSecond);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
