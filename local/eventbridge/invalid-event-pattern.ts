/** A pattern that AWS would refuse too. */
export class InvalidEventPattern extends Error {
  override readonly name = 'InvalidEventPattern';
}
