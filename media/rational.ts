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
