import { type Rational, valueOf } from './rational.ts';

/** Returns how many frames come closest to a duration, at least one. */
export function wholeFrames(seconds: number, frameRate: Rational): number {
  return Math.max(1, Math.round(seconds * valueOf(frameRate)));
}
