import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { MAX_ATTEMPTS } from './attempts.ts';

/** Returns a client of Secrets Manager. */
export function secretsManagerClient(): SecretsManagerClient {
  return new SecretsManagerClient({ maxAttempts: MAX_ATTEMPTS });
}
