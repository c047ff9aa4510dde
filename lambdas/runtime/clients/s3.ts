import { S3Client } from '@aws-sdk/client-s3';
import { MAX_ATTEMPTS } from './attempts.ts';

/** Returns a client of S3. */
export function s3Client(): S3Client {
  return new S3Client({ maxAttempts: MAX_ATTEMPTS });
}
