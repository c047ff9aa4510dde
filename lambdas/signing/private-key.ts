import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { signingKeySchema } from '../contracts/signing-key.ts';

/** The secret holds no key pair. The message never quotes the secret. */
export class SigningKeyUnreadableError extends Error {
  override readonly name = 'SigningKeyUnreadableError';
  readonly code = 'signing_key_unreadable';
}

/**
 * Returns a function that reads the private key once and caches it in memory only. A failed read is not cached.
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
    // A cause would quote the secret.
    throw new SigningKeyUnreadableError('The secret of the signing key does not hold a key pair.');
  }
}
