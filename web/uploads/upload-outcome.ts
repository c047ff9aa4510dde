/** What a bucket's answer means for a part. */
export type UploadOutcome = 'sent' | 'again' | 'again-with-new-url' | 'refused';

/**
 * 403 is what S3 answers to a URL that has expired.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 *
 * @param status of HTTP, 0 without an answer
 */
export function uploadOutcome(status: number): UploadOutcome {
  if (status >= 200 && status < 300) return 'sent';
  if (status === 403) return 'again-with-new-url';
  if (status === 0 || status === 408 || status === 429 || status >= 500) return 'again';
  return 'refused';
}
