import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const HASH = 'sha256';
const KEY_BYTES = 32;
/** PostgreSQL's own default. */
const ITERATIONS = 4096;
const SALT_BYTES = 16;

interface ScramOptions {
  /** @default random */
  readonly salt?: Buffer;
  /** @default 4096 */
  readonly iterations?: number;
}

/**
 * Returns what PostgreSQL stores of a password, so that the password itself never leaves the caller: a statement may
 * appear in logs.
 * https://www.postgresql.org/docs/current/catalog-pg-authid.html, and RFC 5802, 3 "SCRAM Algorithm Overview"
 *
 * @param password ASCII, which SASLprep leaves unchanged
 * @throws RangeError for other characters
 */
export function scramVerifier(password: string, options: ScramOptions = {}): string {
  if (!/^[\x21-\x7E]+$/.test(password)) throw new RangeError('The password contains characters other than printable ASCII.');
  const { salt = randomBytes(SALT_BYTES), iterations = ITERATIONS } = options;
  const salted = pbkdf2Sync(password, salt, iterations, KEY_BYTES, HASH);
  const keyed = (label: string): Buffer => createHmac(HASH, salted).update(label).digest();
  const storedKey = createHash(HASH).update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${keyed('Server Key').toString('base64')}`;
}
