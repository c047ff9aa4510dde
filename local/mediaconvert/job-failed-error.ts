import { JOB_ERRORS, type JobErrorName } from '../../lambdas/contracts/job-errors.ts';

/** Ends a job in `ERROR` with a code and message of MediaConvert's. */
export class JobFailedError extends Error {
  override readonly name = 'JobFailedError';
  readonly code: number;

  /** @param detail what exactly happened, after the message that the code has */
  constructor(error: JobErrorName, detail?: string, options?: ErrorOptions) {
    const { code, message } = JOB_ERRORS[error];
    super(detail === undefined ? message : `${message}: ${detail}`, options);
    this.code = code;
  }
}
