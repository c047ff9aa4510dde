import { SQSClient } from '@aws-sdk/client-sqs';
import { MAX_ATTEMPTS } from './attempts.ts';

/** Returns a client of SQS. */
export function sqsClient(): SQSClient {
  return new SQSClient({ maxAttempts: MAX_ATTEMPTS });
}
