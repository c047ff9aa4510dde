/** Outcome of sending a file or a part. */
type UploadOutcome = 'sent' | 'retry' | 'retry-with-new-url' | 'rejected';

/**
 * Returns the outcome of sending a file or a part. S3 responds 403 to an expired URL, 400 (`ExpiredToken`) to one whose
 * signer's session has ended, however long the URL promised to last, 412 to a file that it already has, which the completion
 * compares with the declared one, and 409 to a write that conflicted with another request. The other errors with the status
 * 400 that a presigned request can get, such as `RequestTimeout` and `IncompleteBody`, can pass too.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 *
 * @param status HTTP status, 0 without a response
 */
export function toUploadOutcome(status: number): UploadOutcome {
  if ((status >= 200 && status < 300) || status === 412) return 'sent';
  if (status === 400 || status === 403) return 'retry-with-new-url';
  if (status === 0 || status === 408 || status === 409 || status === 429 || status >= 500) return 'retry';
  return 'rejected';
}
