import type { Size } from '../display-size.ts';

export interface RateControl {
  /** QVBR quality level, 1 to 10. */
  readonly qualityLevel: number;
  readonly maxBitrateBps: number;
}

/**
 * Starting points for up to 30 frames per second:
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/cbr-vbr-qvbr.html, "QVBR settings"; extrapolated above 1080p.
 */
const STARTING_POINTS = [
  { pixels: 640 * 360, qualityLevel: 7, maxBitrateBps: 700_000 },
  { pixels: 854 * 480, qualityLevel: 7, maxBitrateBps: 1_000_000 },
  { pixels: 1280 * 720, qualityLevel: 8, maxBitrateBps: 4_000_000 },
  { pixels: 1920 * 1080, qualityLevel: 9, maxBitrateBps: 6_000_000 },
  { pixels: 2560 * 1440, qualityLevel: 9, maxBitrateBps: 10_000_000 },
  { pixels: 3840 * 2160, qualityLevel: 9, maxBitrateBps: 18_000_000 },
] as const;

/** Exponents below 1: neighboring pixels and frames are similar, so bit rates grow more slowly than their number. */
const PIXEL_EXPONENT = 0.75;
const FRAME_EXPONENT = 0.6;

/** Plans quality and maximum bit rate: interpolated between two starting points, scaled by size and frame rate. */
export function planRateControl({ width, height }: Size, fps: number): RateControl {
  const pixels = width * height;
  const base = bitrateFor(pixels) * Math.max(1, fps / 30) ** FRAME_EXPONENT;
  const rounded = Math.max(100_000, Math.round(base / 10_000) * 10_000);
  const nearest = STARTING_POINTS.findLast((point) => point.pixels <= pixels * 1.05) ?? STARTING_POINTS[0];
  return { qualityLevel: nearest.qualityLevel, maxBitrateBps: rounded };
}

function bitrateFor(pixels: number): number {
  const above = STARTING_POINTS.findIndex((point) => point.pixels >= pixels);
  const [lower, upper] = [STARTING_POINTS[above - 1], STARTING_POINTS[above]];
  const outer = above === 0 ? STARTING_POINTS[0] : STARTING_POINTS.at(-1);
  if (lower === undefined || upper === undefined) {
    return (outer?.maxBitrateBps ?? 0) * (pixels / (outer?.pixels ?? 1)) ** PIXEL_EXPONENT;
  }
  const position = Math.log(pixels / lower.pixels) / Math.log(upper.pixels / lower.pixels);
  return lower.maxBitrateBps * (upper.maxBitrateBps / lower.maxBitrateBps) ** position;
}
