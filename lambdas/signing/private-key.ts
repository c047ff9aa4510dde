import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { signingKeySchema } from '../contracts/signing-key.ts';

/** Thrown when the secret holds no key pair. Its message never quotes the secret. */
export class SigningKeyUnreadableError extends Error {
  override readonly name = 'SigningKeyUnreadableError';
  readonly code = 'signing_key_unreadable';
}

/**
 * Reads the private key once and keeps it in memory, never on disk or in a log. A failed read is not kept.
 *
 * @returns PKCS #8 PEM
 * @throws SigningKeyUnreadableError
 */
export function privateKeyReader(client: SecretsManagerClient, secretArn: string): () => Promise<string> {
  let kept: string | undefined;
  return async () => {
    if (kept !== undefined) return kept;
    const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    kept = parsePrivateKey(text ?? '');
    return kept;
  };
}

function parsePrivateKey(text: string): string {
  try {
    return signingKeySchema.parse(JSON.parse(text)).privateKeyPem;
  } catch {
    // The cause would quote the secret's text.
    throw new SigningKeyUnreadableError('The secret of the signing key holds no key pair.');
  }
}
