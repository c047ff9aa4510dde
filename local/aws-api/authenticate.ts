import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';
import type { Credentials, KnownKey } from './credentials.ts';
import { UNSIGNED_PAYLOAD } from './payload.ts';
import type { ApiService } from './api-service.ts';
import type { RequestSignature } from './request-signature.ts';
import { isEqualInConstantTime } from './signing.ts';
import { checkSigningTime, verifySignature } from './verify-signature.ts';

/** Makes the error with which the service reports an unknown access key. */
function unknownKeyError({ signingName, protocol }: ApiService, accessKeyId: string): ApiError {
  if (signingName === 's3') {
    const message = 'The AWS Access Key Id you provided does not exist in our records.';
    return new ApiError('InvalidAccessKeyId', 403, message, { details: { AWSAccessKeyId: accessKeyId } });
  }
  const message = 'The security token included in the request is invalid.';
  return protocol === 'query' || protocol === 'rest-xml'
    ? new ApiError('InvalidClientTokenId', 403, message)
    : new ApiError('UnrecognizedClientException', 403, message);
}

/**
 * Makes the error with which the service reports an expired session.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
function expiredSessionError({ signingName, protocol }: ApiService): ApiError {
  if (signingName === 's3') return new ApiError('ExpiredToken', 400, 'The provided token has expired.');
  const message = 'The security token included in the request is expired';
  const code = protocol === 'query' || protocol === 'rest-xml' ? 'ExpiredToken' : 'ExpiredTokenException';
  return new ApiError(code, 403, message);
}

/**
 * Checks the session token. That of an expired session is refused, even in a presigned request that names a later expiry.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 */
function checkSessionToken(service: ApiService, key: KnownKey, given: string | undefined, now: Date): void {
  if (isEqualInConstantTime(given ?? '', key.sessionToken ?? '')) {
    if (key.expiresAt === undefined || now < key.expiresAt) return;
    throw expiredSessionError(service);
  }
  if (service.signingName !== 's3') throw unknownKeyError(service, key.accessKeyId);
  throw new ApiError('InvalidToken', 400, 'The provided token is malformed or otherwise invalid.');
}

/** Returns `x-amz-content-sha256` from the headers or the query. */
function findClaimedPayloadHash(request: IncomingMessage, query: URLSearchParams, signature: RequestSignature) {
  const header = request.headers['x-amz-content-sha256'];
  // On a presigned request the header counts only if the signature covers it.
  const isCovered = signature.location === 'header' || signature.signedHeaders.includes('x-amz-content-sha256');
  return (
    (isCovered && typeof header === 'string' ? header : undefined) ?? query.get('X-Amz-Content-Sha256') ?? undefined
  );
}

/**
 * Finds the key that signed the request, and checks the signature, its time and its session token.
 *
 * @param body whole body; undefined for S3, which checks the hash of its body while streaming
 * @returns the key, and the payload hash that the signature covers
 * @throws ApiError with the code that the service would return
 */
export async function authenticate(
  request: IncomingMessage,
  target: { rawPath: string; query: URLSearchParams },
  signature: RequestSignature,
  {
    credentials,
    service,
    body,
    now,
  }: { credentials: Credentials; service: ApiService; body: Buffer | undefined; now: Date },
): Promise<{ key: KnownKey; payloadHash: string }> {
  const key = credentials.find(signature.accessKeyId);
  if (key === undefined) throw unknownKeyError(service, signature.accessKeyId);
  checkSigningTime(signature, now);
  checkSessionToken(service, key, signature.sessionToken, now);
  const claimed = findClaimedPayloadHash(request, target.query, signature);
  let payloadHash: string;
  if (body !== undefined) {
    const computed = createHash('sha256').update(body).digest('hex');
    payloadHash = claimed === UNSIGNED_PAYLOAD ? UNSIGNED_PAYLOAD : computed;
  } else if (claimed !== undefined) {
    payloadHash = claimed;
  } else if (signature.location === 'query') {
    payloadHash = UNSIGNED_PAYLOAD;
  } else {
    throw new ApiError('InvalidRequest', 400, 'Missing required header for this request: x-amz-content-sha256');
  }
  await verifySignature(request, target, signature, key, payloadHash);
  return { key, payloadHash };
}
