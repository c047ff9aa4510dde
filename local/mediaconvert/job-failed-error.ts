import { JOB_ERRORS, type JobErrorName } from '../../lambdas/contracts/job-errors.ts';

/** Thrown to end a job in `ERROR` with one of MediaConvert's codes and messages. */
export class JobFailedError extends Error {
  override readonly name = 'JobFailedError';
  readonly code: number;

  /** @param detail specifics, appended to the message of the code */
  constructor(error: JobErrorName, detail?: string, options?: ErrorOptions) {
    const { code, message } = JOB_ERRORS[error];
    super(detail === undefined ? message : `${message}: ${detail}`, options);
    this.code = code;
  }
}
