/** Outcome of sending a part. */
type UploadOutcome = 'sent' | 'retry' | 'retry-with-new-url' | 'rejected';

/**
 * Returns the outcome of sending a part. S3 responds 403 to an expired URL.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 *
 * @param status HTTP status, 0 without a response
 */
export function toUploadOutcome(status: number): UploadOutcome {
  if (status >= 200 && status < 300) return 'sent';
  if (status === 403) return 'retry-with-new-url';
  if (status === 0 || status === 408 || status === 429 || status >= 500) return 'retry';
  return 'rejected';
}
