/** Thrown if a file of the state is damaged. Nothing has been changed. */
export class DamagedFileError extends Error {
  override readonly name = 'DamagedFileError';
  /** Path of the file or directory. */
  readonly path: string;

  /**
   * @param problem clause that says what is wrong, such as "it is empty"
   * @param remedy alternative to a backup, such as "or delete it, which loses its messages"
   */
  constructor(path: string, problem: string, remedy: string, options?: ErrorOptions) {
    super(`${path} is damaged: ${problem}. Restore it from a backup, ${remedy}.`, options);
    this.path = path;
  }
}

/** Thrown if a newer version of Sluice wrote a file of the state. Nothing has been changed. */
export class NewerFormatError extends Error {
  override readonly name = 'NewerFormatError';
  readonly path: string;

  /** @param supported newest format that this version reads */
  constructor(path: string, format: number, supported: number, writer = 'a newer version of Sluice') {
    super(
      `${path} has format ${format}, written by ${writer}; this version reads formats up to ${supported}. Start the newer ` +
        'version, or choose another directory with --state.',
    );
    this.path = path;
  }
}
