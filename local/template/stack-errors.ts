/** Thrown by the creation of a custom resource that failed and must be deleted, since its function may have created a part. */
export class PartlyCreatedError extends Error {
  override readonly name = 'PartlyCreatedError';
  readonly ref: string;

  constructor(message: string, ref: string, options?: ErrorOptions) {
    super(message, options);
    this.ref = ref;
  }
}

/** Thrown if a stack could not be created or updated and has been rolled back, as far as the message says. */
export class StackFailedError extends Error {
  override readonly name = 'StackFailedError';
}
