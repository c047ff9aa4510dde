/** A fraction in lowest terms, such as the frame rate 30000/1001. */
export interface Rational {
  readonly numerator: number;
  readonly denominator: number;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Makes a fraction in lowest terms. */
export function rational(numerator: number, denominator = 1): Rational {
  const divisor = greatestCommonDivisor(numerator, denominator) || 1;
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

export function valueOf({ numerator, denominator }: Rational): number {
  return numerator / denominator;
}

/** Largest signed 32-bit integer, the limit of numerators and denominators in most formats and programs. */
const MAX_TERM = 2 ** 31 - 1;

/**
 * Returns the simplest fraction close to a number: a convergent of its continued fraction, with both terms at most 2^31-1.
 *
 * @param value from 2^-31 to 2^31
 * @param tolerance largest difference, as a share of the number
 */
export function approximate(value: number, tolerance = 1e-12): Rational {
  let [numerator, denominator] = [Math.floor(value), 1];
  let [earlierNumerator, earlierDenominator] = [1, 0];
  let remainder = value - numerator;
  while (Math.abs(numerator / denominator - value) > value * tolerance && remainder > 0) {
    const term = Math.floor(1 / remainder);
    remainder = 1 / remainder - term;
    const next = [term * numerator + earlierNumerator, term * denominator + earlierDenominator] as const;
    if (Math.max(...next) > MAX_TERM) break;
    [earlierNumerator, earlierDenominator] = [numerator, denominator];
    [numerator, denominator] = next;
  }
  return { numerator, denominator };
}

/** Returns the fraction itself if both of its terms are at most 2^31-1, else a close one whose terms are. */
export function bounded(fraction: Rational): Rational {
  const { numerator, denominator } = rational(fraction.numerator, fraction.denominator);
  const isBounded = [numerator, denominator].every((term) => Number.isInteger(term) && term <= MAX_TERM);
  return isBounded ? { numerator, denominator } : approximate(numerator / denominator);
}
