/** A price that holds up to a volume. */
export interface PriceStep {
  /** Volume of a month up to which it holds; `Infinity` for the last step. */
  readonly upToGb: number;
  /** US dollars per GB. */
  readonly usd: number;
}

/** Returns the price of a month's volume, each part of it at the price of its step. */
export function priceOfVolume(gigabytes: number, steps: readonly PriceStep[]): number {
  return steps.reduce((sum, { upToGb, usd }, index) => {
    const from = steps[index - 1]?.upToGb ?? 0;
    return sum + Math.max(0, Math.min(gigabytes, upToGb) - from) * usd;
  }, 0);
}
