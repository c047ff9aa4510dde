import { SNSClient } from '@aws-sdk/client-sns';
import { MAX_ATTEMPTS } from './attempts.ts';

/** Returns a client of SNS. */
export function snsClient(): SNSClient {
  return new SNSClient({ maxAttempts: MAX_ATTEMPTS });
}
