import { MEDIA_CONVERT } from './list-prices.ts';

export type PriceTier = keyof typeof MEDIA_CONVERT.normalizedMinute;
export type PricedQuality = keyof typeof MEDIA_CONVERT.quality;

/** Properties of an AVC video output that determine its price. */
export interface PricedOutput {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly durationMs: number;
  readonly tier: PriceTier;
  /** @default `SINGLE_PASS` */
  readonly quality?: PricedQuality;
}

/** List price of an encode. */
export interface EncodePrice {
  /** US dollars with six decimals, so that no cent is lost to floating point. */
  readonly usd: string;
  /** Tier of its dearest output. */
  readonly tier: PriceTier;
}

/**
 * Returns the price of an encode. Sound in the same output group and frame captures have no usage type of their own in
 * AWS's reports, and are free.
 */
export function priceOutputs(outputs: readonly PricedOutput[]): EncodePrice {
  return {
    usd: outputs.reduce((sum, output) => sum + outputPriceUsd(output), 0).toFixed(6),
    tier: outputs.some(({ tier }) => tier === 'professional') ? 'professional' : 'basic',
  };
}

function outputPriceUsd({ durationMs, framesPerSecond, tier, quality = 'SINGLE_PASS', ...size }: PricedOutput): number {
  const billedSeconds = Math.max(MEDIA_CONVERT.minSeconds, Math.ceil(durationMs / 1000));
  const factors = [
    MEDIA_CONVERT.resolution[resolutionClass(size)],
    framesPerSecond > 30 ? MEDIA_CONVERT.above30FramesPerSecond : 1,
    MEDIA_CONVERT.quality[quality],
  ];
  return factors.reduce((usd, factor) => usd * factor, (billedSeconds / 60) * MEDIA_CONVERT.normalizedMinute[tier]);
}

/** Returns SD below 1280x720 and HD up to 1920x1080; portrait video counts like landscape. */
function resolutionClass({ width, height }: { width: number; height: number }): keyof typeof MEDIA_CONVERT.resolution {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  if (long > 1920 || short > 1080) return 'uhd';
  return long < 1280 && short < 720 ? 'sd' : 'hd';
}
