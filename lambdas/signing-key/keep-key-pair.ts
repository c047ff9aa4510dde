import { createHash, generateKeyPairSync } from 'node:crypto';
import { signingKeySchema, type SigningKey } from '../contracts/signing-key.ts';

/** The current value of one secret. */
export interface KeySecret {
  /** @returns undefined if the secret has no value yet */
  read(): Promise<string | undefined>;
  /**
   * Writes a new version. The token names the version: where it is already taken by another value, nothing is written.
   */
  writeOnce(token: string, value: string): Promise<void>;
}

/** Thrown when the secret holds something that is not a key pair where one was written before. */
export class SigningKeyLostError extends Error {
  override readonly name = 'SigningKeyLostError';
  readonly code = 'signing_key_lost';
}

/**
 * Makes the key pair of a secret unless it has one. Of several callers at once, one writes, and all get its key: the
 * version's token is derived from the secret's ARN, and Secrets Manager refuses a second value for the same token.
 *
 * @returns SubjectPublicKeyInfo as PEM
 * @throws SigningKeyLostError
 */
export async function keepKeyPair(secret: KeySecret, secretArn: string): Promise<string> {
  const kept = parse(await secret.read());
  if (kept !== undefined) return kept.publicKeyPem;
  await secret.writeOnce(versionToken(secretArn), JSON.stringify(newKeyPair()));
  const written = parse(await secret.read());
  if (written === undefined) {
    throw new SigningKeyLostError('The secret held a key pair once and holds something else now; restore its version.');
  }
  return written.publicKeyPem;
}

/** CloudFront takes ECDSA keys on P-256, whose signatures keep URLs short. */
function newKeyPair(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { privateKeyPem: privateKey, publicKeyPem: publicKey };
}

/** A secret that the template creates begins with a generated password, which is no key pair. */
function parse(value: string | undefined): SigningKey | undefined {
  if (value === undefined || !value.startsWith('{')) return undefined;
  try {
    return signingKeySchema.safeParse(JSON.parse(value)).data;
  } catch {
    return undefined;
  }
}

/** 64 characters, the most that a `ClientRequestToken` may have. */
function versionToken(secretArn: string): string {
  return createHash('sha256').update(`key pair of ${secretArn}`).digest('hex');
}
