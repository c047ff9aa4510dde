import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { MAX_ATTEMPTS } from './attempts.ts';

/** Returns a client of Cognito. */
export function cognitoClient(): CognitoIdentityProviderClient {
  return new CognitoIdentityProviderClient({ maxAttempts: MAX_ATTEMPTS });
}
