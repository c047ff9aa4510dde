import { timingSafeEqual } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AccessKey } from './credentials.ts';
import { Sha256 } from './sha256.ts';

export const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Parses a time such as `20261104T101112Z`. */
export function parseAmzDate(text: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

export function formatAmzDate(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d+/g, '');
}

/** Compares secrets in a time that does not reveal how many leading bytes are equal. */
export function isEqualInConstantTime(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Region and service that a signing key is derived for. */
export interface SigningScope {
  readonly region: string;
  readonly signingName: string;
}

/** Creates a signer for the caller's key. S3 is the only service that does not escape the path twice. */
export function createSigner(
  { region, signingName }: SigningScope,
  { accessKeyId, secretAccessKey }: AccessKey,
): SignatureV4 {
  return new SignatureV4({
    service: signingName,
    region,
    // The session token is omitted, because the request already contains it where the client put it.
    credentials: { accessKeyId, secretAccessKey },
    sha256: Sha256,
    uriEscapePath: signingName !== 's3',
    applyChecksum: false,
  });
}
