import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { MAX_ATTEMPTS } from './attempts.ts';

/** Returns a client of CloudFront. */
export function cloudFrontClient(): CloudFrontClient {
  return new CloudFrontClient({ maxAttempts: MAX_ATTEMPTS });
}
