import { timingSafeEqual } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AccessKey } from './credentials.ts';
import type { RequestSignature } from './request-signature.ts';

export const ALGORITHM = 'AWS4-HMAC-SHA256';

/** `20261104T101112Z` */
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

/** Of keys and signatures, so that the time it takes says nothing about how much of them is right. */
export function equalInConstantTime(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The library's signer with the caller's key; S3 alone does not escape the path a second time. */
export function createSigner(
  { region, signingName }: Pick<RequestSignature, 'region' | 'signingName'>,
  { accessKeyId, secretAccessKey }: AccessKey,
): SignatureV4 {
  return new SignatureV4({
    service: signingName,
    region,
    // Without the session token: it stands in the request already where the client has put it.
    credentials: { accessKeyId, secretAccessKey },
    sha256: Sha256,
    uriEscapePath: signingName !== 's3',
    applyChecksum: false,
  });
}
