import { createHash, generateKeyPairSync } from 'node:crypto';
import { signingKeySchema, type SigningKey } from '../contracts/signing-key.ts';

/** Access to the current value of one secret. */
export interface KeySecret {
  /** @returns undefined if the secret has no value yet */
  read(): Promise<string | undefined>;
  /**
   * Writes a new version, named by the token. Writes nothing if the token already names another value.
   */
  writeOnce(token: string, value: string): Promise<void>;
}

/** The key pair in the secret was overwritten by another value. */
export class SigningKeyLostError extends Error {
  override readonly name = 'SigningKeyLostError';
  readonly code = 'signing_key_lost';
}

/**
 * Creates the key pair of a secret unless it has one. Concurrent callers all get the key that one of them wrote: the
 * version's token is derived from the secret's ARN, and Secrets Manager rejects a second value for the same token.
 *
 * @returns SubjectPublicKeyInfo as PEM
 * @throws SigningKeyLostError
 */
export async function ensureKeyPair(secret: KeySecret, secretArn: string): Promise<string> {
  const kept = parse(await secret.read());
  if (kept !== undefined) return kept.publicKeyPem;
  await secret.writeOnce(versionToken(secretArn), JSON.stringify(newKeyPair()));
  const written = parse(await secret.read());
  if (written === undefined) {
    throw new SigningKeyLostError('The key pair in the secret was overwritten; restore the version that held it.');
  }
  return written.publicKeyPem;
}

/** CloudFront accepts ECDSA keys on P-256, whose signatures keep URLs short. */
function newKeyPair(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { privateKeyPem: privateKey, publicKeyPem: publicKey };
}

/** The template creates a secret with a generated password, which is not a key pair. */
function parse(value: string | undefined): SigningKey | undefined {
  if (value === undefined || !value.startsWith('{')) return undefined;
  try {
    return signingKeySchema.safeParse(JSON.parse(value)).data;
  } catch {
    return undefined;
  }
}

/** Returns 64 characters, the maximum length of a `ClientRequestToken`. */
function versionToken(secretArn: string): string {
  return createHash('sha256').update(`key pair of ${secretArn}`).digest('hex');
}
