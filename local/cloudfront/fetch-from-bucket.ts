import { Readable } from 'node:stream';
import { ACCOUNT_ID } from '../cloud/account.ts';
import { mayRead } from './bucket-policy.ts';
import type { ByteRange } from '../http/byte-range.ts';
import { evaluatePreflight } from '../http/cors.ts';
import { makeOriginError } from './error-page.ts';
import type { OriginRequest } from './origin-request.ts';
import type { S3Origin, S3OriginObject } from './origins.ts';
import { type Body, makeMemoryRepresentation, type Representation } from './representation.ts';

/**
 * Fetches an object through an origin access control, if the bucket policy lets the distribution read it. A missing
 * object gets the same error as a forbidden one, because the policy grants no listing.
 */
export async function fetchFromBucket(bucket: S3Origin, request: OriginRequest): Promise<Representation> {
  if (request.method === 'OPTIONS') return respondToPreflight(bucket, request);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return makeOriginError(403, 'AccessDenied', 'Access Denied');
  const key = decodeObjectKey(`${request.origin.OriginPath}${request.path}`);
  if (key === undefined) return makeOriginError(400, 'InvalidURI', "Couldn't parse the specified URI.");
  const object = await bucket.getObject(key);
  const read = { distributionArn: request.distribution.arn, accountId: ACCOUNT_ID, bucket: bucket.bucket, key };
  if (object === undefined || !mayRead(bucket.policy(), { ...read, tags: object.tags })) {
    return makeOriginError(403, 'AccessDenied', 'Access Denied');
  }
  return representationOf(object);
}

/** Fetches a range of an object for a cached body, provided that the object still has this entity tag. */
export async function refetchRange(
  bucket: S3Origin,
  request: OriginRequest,
  etag: string,
  range: ByteRange,
): Promise<Body> {
  const current = await fetchFromBucket(bucket, request);
  if (current.status !== 200 || current.headers['etag'] !== etag)
    throw new Error('The object changed while it was read.');
  return current.open(range);
}

/** Responds as S3 does to the headers that the policies of the behavior forward. */
function respondToPreflight(bucket: S3Origin, request: OriginRequest): Representation {
  const result = evaluatePreflight(bucket.corsRules(), request.parts.headers);
  if ('headers' in result) return makeMemoryRepresentation(200, result.headers, Buffer.alloc(0));
  return result.rejection === 'incomplete'
    ? makeOriginError(400, 'BadRequest', 'Insufficient information. Origin request header needed.')
    : makeOriginError(403, 'AccessForbidden', 'CORSResponse: This CORS request is not allowed.');
}

function representationOf(object: S3OriginObject): Representation {
  return {
    status: 200,
    headers: {
      ...object.headers,
      etag: object.etag,
      'last-modified': object.lastModified.toUTCString(),
      'accept-ranges': 'bytes',
      server: 'AmazonS3',
    },
    cookies: [],
    sizeBytes: object.sizeBytes,
    seekable: true,
    open: (range = { start: 0, end: object.sizeBytes - 1 }) =>
      range.end < range.start ? Readable.from([]) : object.read(range.start, range.end),
    discard: () => undefined,
  };
}

function decodeObjectKey(path: string): string | undefined {
  try {
    return decodeURIComponent(path.slice(1));
  } catch {
    return undefined;
  }
}
