import { rational, type Rational } from '../rational.ts';

function wholeRates(...rates: readonly number[]): readonly Rational[] {
  return rates.map((fps) => rational(fps));
}

/** Rates that cameras, recorders and editing programs write, in ascending order. */
export const USUAL_RATES: readonly Rational[] = [
  ...wholeRates(5),
  rational(15, 2),
  ...wholeRates(8, 10, 12),
  rational(25, 2),
  rational(15000, 1001),
  ...wholeRates(15, 20),
  rational(24000, 1001),
  ...wholeRates(24, 25),
  rational(30000, 1001),
  ...wholeRates(30),
  rational(48000, 1001),
  ...wholeRates(48, 50),
  rational(60000, 1001),
  ...wholeRates(60, 72, 75, 90, 100),
  rational(120000, 1001),
  ...wholeRates(120, 144, 240),
];

/** Rates up to 60 for tracks whose frames are on no grid, in ascending order. */
export const RATES_FOR_JITTER: readonly Rational[] = wholeRates(5, 8, 10, 12, 15, 20, 24, 25, 30, 48, 50, 60);
