import type { IncomingMessage } from 'node:http';
import { HttpRequest } from '@smithy/protocol-http';
import { ApiError } from './api-error.ts';
import type { KnownKey } from './credentials.ts';
import type { RequestSignature } from './request-signature.ts';
import { createSigner, isEqualInConstantTime } from './signing.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const MAX_SKEW_MS = 15 * 60_000;

/**
 * Checks the time of the signature.
 *
 * @throws ApiError `RequestTimeTooSkewed`, or `AccessDenied` for a presigned request outside its validity period
 */
export function checkSigningTime(signature: RequestSignature, now: Date): void {
  const { signedAt, expiresInSeconds } = signature;
  const ageMs = now.getTime() - signedAt.getTime();
  const details = { ServerTime: now.toISOString() };
  if (expiresInSeconds === undefined) {
    if (Math.abs(ageMs) <= MAX_SKEW_MS) return;
    throw new ApiError(
      'RequestTimeTooSkewed',
      403,
      'The difference between the request time and the current time is too large.',
      { details: { RequestTime: signedAt.toISOString(), ...details, MaxAllowedSkewMilliseconds: `${MAX_SKEW_MS}` } },
    );
  }
  if (ageMs < -MAX_SKEW_MS) throw new ApiError('AccessDenied', 403, 'Request is not yet valid', { details });
  if (ageMs > expiresInSeconds * 1000) {
    const expires = new Date(signedAt.getTime() + expiresInSeconds * 1000).toISOString();
    throw new ApiError('AccessDenied', 403, 'Request has expired', {
      details: { 'X-Amz-Expires': `${expiresInSeconds}`, Expires: expires, ...details },
    });
  }
}

/** Encodes the path as S3 signs it, whichever characters the client left unencoded. */
function normalizeS3Path(rawPath: string): string {
  try {
    return rawPath
      .split('/')
      .map((segment) =>
        encodeURIComponent(decodeURIComponent(segment)).replace(
          /[!'()*]/g,
          (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
        ),
      )
      .join('/');
  } catch {
    return rawPath;
  }
}

/** Decodes a header as UTF-8, which the signature covers; Node reads headers as Latin-1. */
function decodeHeader(value: string | string[] | undefined): string | undefined {
  return value === undefined
    ? undefined
    : Buffer.from(Array.isArray(value) ? value.join(',') : value, 'latin1').toString();
}

/** Rejects unsigned `x-amz-` headers, which could change the meaning of a request, as S3 does. */
function checkAllAmzHeadersSigned(request: IncomingMessage, signedHeaders: readonly string[]): void {
  const unsigned = Object.keys(request.headers).filter(
    (name) => name.startsWith('x-amz-') && name !== 'x-amz-content-sha256' && !signedHeaders.includes(name),
  );
  if (unsigned.length === 0) return;
  throw new ApiError('AccessDenied', 403, 'There were headers present in the request which were not signed', {
    details: { HeadersNotSigned: unsigned.join(', ') },
  });
}

/**
 * Signs the request with the caller's key and compares the signatures.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @param payloadHash value for the body in the canonical request
 * @throws ApiError `SignatureDoesNotMatch`, or `AccessDenied` for an unsigned `x-amz-` header of an S3 request
 */
export async function verifySignature(
  request: IncomingMessage,
  { rawPath, query }: { rawPath: string; query: URLSearchParams },
  signature: RequestSignature,
  key: KnownKey,
  payloadHash: string,
): Promise<void> {
  const { signedHeaders, location, signedAt } = signature;
  const isS3 = signature.signingName === 's3';
  if (isS3) checkAllAmzHeadersSigned(request, signedHeaders);

  const headers: Record<string, string> = {};
  for (const name of signedHeaders) {
    const value = decodeHeader(request.headers[name]);
    if (value !== undefined) headers[name] = value;
  }
  const signable = new Set(signedHeaders);
  const unsignable = new Set<string>();
  if (!signable.has('x-amz-content-sha256')) unsignable.add('x-amz-content-sha256');
  headers['x-amz-content-sha256'] = payloadHash;

  const unsigned = new HttpRequest({
    method: request.method ?? 'GET',
    path: isS3 ? normalizeS3Path(rawPath) : rawPath,
    query: groupQueryValues(query),
    headers,
  });
  const signer = createSigner(signature, key);
  const options = { signingDate: signedAt, signableHeaders: signable, unsignableHeaders: unsignable };
  let expected: string | undefined;
  if (location === 'header') {
    if (!signable.has('x-amz-date')) unsignable.add('x-amz-date');
    const signed = await signer.sign(unsigned, options);
    expected = /Signature=([0-9a-f]{64})$/.exec(signed.headers['authorization'] ?? '')?.[1];
  } else {
    const signed = await signer.presign(unsigned, {
      ...options,
      expiresIn: signature.expiresInSeconds ?? 0,
      unhoistableHeaders: new Set(Object.keys(headers)),
    });
    expected = String(signed.query?.['X-Amz-Signature']);
  }
  const coversHost = signable.has('host');
  if (coversHost && expected !== undefined && isEqualInConstantTime(signature.signature, expected)) return;
  throw new ApiError(
    'SignatureDoesNotMatch',
    403,
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    isS3 ? { details: { AWSAccessKeyId: key.accessKeyId, SignatureProvided: signature.signature } } : {},
  );
}

/** Groups query values by name. */
function groupQueryValues(query: URLSearchParams): Record<string, string | string[]> {
  const bag: Record<string, string | string[]> = {};
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    bag[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return bag;
}
