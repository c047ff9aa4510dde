import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { KeySecret } from './ensure-key-pair.ts';

/**
 * A secret in Secrets Manager.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
export function keySecret(client: SecretsManagerClient, secretArn: string): KeySecret {
  return {
    async read() {
      try {
        return (await client.send(new GetSecretValueCommand({ SecretId: secretArn }))).SecretString;
      } catch (error) {
        // Also the response for a secret without versions; a missing secret fails at the write.
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },
    async writeOnce(token, value) {
      try {
        await client.send(
          new PutSecretValueCommand({ SecretId: secretArn, ClientRequestToken: token, SecretString: value }),
        );
      } catch (error) {
        if (!(error instanceof ResourceExistsException)) throw error;
      }
    },
  };
}
