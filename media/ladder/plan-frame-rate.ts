import { rational, type Rational, valueOf } from '../rational.ts';
import type { SourceVideo } from './source-video.ts';

const MAX_FPS = 60;

/** Usual rates, for sources of variable rate. */
const CONSTANT_RATES: readonly Rational[] = [
  ...[5, 8, 10, 12, 15, 20].map((fps) => rational(fps)),
  rational(24000, 1001),
  rational(24),
  rational(25),
  rational(30000, 1001),
  rational(30),
  rational(48),
  rational(50),
  rational(60000, 1001),
  rational(60),
];

/**
 * Plans the constant rate of all renditions: the source's own rate up to 60; above that an integer fraction of it, so that
 * frames are dropped evenly; for a variable rate, the next usual rate that keeps its common frame duration; 30 if unknown.
 */
export function planFrameRate({
  frameRate,
  variableFrameRate = false,
}: Pick<SourceVideo, 'frameRate' | 'variableFrameRate'>): Rational {
  if (frameRate === undefined || frameRate.numerator <= 0 || frameRate.denominator <= 0) return rational(30);
  const fps = valueOf(frameRate);
  if (variableFrameRate) return CONSTANT_RATES.find((rate) => valueOf(rate) >= fps * 0.99) ?? rational(MAX_FPS);
  const divisor = Math.ceil(fps / MAX_FPS - 1e-6);
  return divisor <= 1
    ? rational(frameRate.numerator, frameRate.denominator)
    : rational(frameRate.numerator, frameRate.denominator * divisor);
}
