import { RATES_FOR_JITTER, USUAL_RATES } from '../frame-rate/usual-rates.ts';
import { bounded, rational, type Rational, valueOf } from '../rational.ts';
import type { SourceVideo } from './source-video.ts';

export const MAX_FPS = 60;
/** Rate above the limit, as a share, from which frames are left out one by one rather than every second one. */
const SLIGHTLY_ABOVE = 0.05;

/**
 * Plans the constant rate of all renditions: the source's own rate up to 60, and 60 for rates slightly above; beyond that an
 * integer fraction of it, so that frames are dropped evenly; for a variable rate that is none of the usual ones, the next one above;
 * 30 if unknown. Plan: it holds on AWS and on the laptop.
 *
 * Both terms of the fraction are at most 2^31-1, as CreateJob requires:
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html, `framerateNumerator`
 */
export function planFrameRate({
  frameRate,
  variableFrameRate = false,
}: Pick<SourceVideo, 'frameRate' | 'variableFrameRate'>): Rational {
  if (frameRate === undefined || frameRate.numerator <= 0 || frameRate.denominator <= 0) return rational(30);
  const fps = valueOf(frameRate);
  if (variableFrameRate && !isUsual(fps)) return RATES_FOR_JITTER.find((rate) => valueOf(rate) >= fps) ?? rational(MAX_FPS);
  if (fps > MAX_FPS && fps <= MAX_FPS * (1 + SLIGHTLY_ABOVE)) return rational(MAX_FPS);
  const divisor = Math.max(1, Math.ceil(fps / MAX_FPS - 1e-6));
  return bounded(rational(frameRate.numerator, frameRate.denominator * divisor));
}

function isUsual(fps: number): boolean {
  return USUAL_RATES.some((rate) => Math.abs(valueOf(rate) / fps - 1) < 1e-9);
}
