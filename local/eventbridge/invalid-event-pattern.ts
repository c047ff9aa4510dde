/** A pattern that AWS would refuse too. */
export class InvalidEventPatternError extends Error {
  override readonly name = 'InvalidEventPatternError';
}
