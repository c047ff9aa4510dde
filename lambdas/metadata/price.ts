/** Properties of a video output that determine its price. */
export interface PricedOutput {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly durationMs: number;
}

/**
 * List prices of on-demand AVC outputs in us-east-1, US dollars a minute at up to 30 frames a second, one pass, before
 * volume discounts. https://aws.amazon.com/mediaconvert/pricing/
 */
const PER_MINUTE = {
  basic: { sd: 0.0075, hd: 0.015, uhd: 0.03 },
  /** Tier of jobs that deinterlace or use certain other features. */
  professional: { sd: 0.012, hd: 0.024, uhd: 0.048 },
} as const;
export type PriceTier = keyof typeof PER_MINUTE;

/** Factor above 30 and up to 60 frames a second, the highest rate of the ladder. */
const HIGH_FRAME_RATE_FACTOR = 1.75;
const MIN_BILLED_SECONDS = 10;

/**
 * Returns the price of an encode in US dollars, with six decimals. Audio in the same output group and frame captures
 * are free.
 */
export function encodePriceUsd(outputs: readonly PricedOutput[], tier: PriceTier): string {
  const total = outputs.reduce((sum, output) => sum + outputPriceUsd(output, tier), 0);
  return total.toFixed(6);
}

function outputPriceUsd({ width, height, frameRate, durationMs }: PricedOutput, tier: PriceTier): number {
  const billedSeconds = Math.max(MIN_BILLED_SECONDS, Math.ceil(durationMs / 1000));
  const perMinute = PER_MINUTE[tier][resolutionClass(width, height)];
  return (billedSeconds / 60) * perMinute * (frameRate > 30 ? HIGH_FRAME_RATE_FACTOR : 1);
}

/** Returns SD below 1280x720 and HD up to 1920x1080; portrait video counts like landscape. */
function resolutionClass(width: number, height: number): 'sd' | 'hd' | 'uhd' {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  if (long > 1920 || short > 1080) return 'uhd';
  return long < 1280 && short < 720 ? 'sd' : 'hd';
}
