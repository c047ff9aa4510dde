import type { EndCodeName } from '../contracts/end-codes.ts';

/** The upload cannot become a video and ends with a code. */
export class UploadRejectedError extends Error {
  override readonly name = 'UploadRejectedError';
  readonly code: EndCodeName;
  readonly retryable = false;

  constructor(code: EndCodeName, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The encode would cost more than the configuration allows; the message says how much. */
export class PriceCapError extends Error {
  override readonly name = 'PriceCapError';
  readonly code = 'price_cap_reached';
  readonly retryable = false;
}

/** Another delivery of the same event is submitting this upload; its outcome is known at the next attempt. */
export class ClaimTakenError extends Error {
  override readonly name = 'ClaimTakenError';
  readonly code = 'claim_taken';
  readonly retryable = true;

  constructor(revisionId: string) {
    super(`Revision ${revisionId} is being submitted by another invocation`);
  }
}

/**
 * The encoder's output lacks a file that its job should have written, or part of the source. The attempt has failed; a
 * retry may help.
 */
export class OutputIncompleteError extends Error {
  override readonly name = 'OutputIncompleteError';
  readonly code = 'output_incomplete';
  readonly retryable = true;
}
