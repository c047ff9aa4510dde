import { Readable } from 'node:stream';
import { PARTITION } from '../cloud/account.ts';
import type { Principal } from '../iam/access.ts';
import type { ByteRange } from '../http/byte-range.ts';
import { evaluatePreflight } from '../http/cors.ts';
import { makeOriginError } from './error-page.ts';
import type { OriginRequest } from './origin-request.ts';
import type { S3Origin, S3OriginObject } from './origins.ts';
import { type Body, makeMemoryRepresentation, type Representation } from './representation.ts';

/**
 * Fetches an object through an origin access control, if the bucket policy lets the distribution read it. A missing
 * object gets the same error as a forbidden one, unless the policy also lets the distribution list the bucket.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export async function fetchFromBucket(bucket: S3Origin, request: OriginRequest): Promise<Representation> {
  if (request.method === 'OPTIONS') return respondToPreflight(bucket, request);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return makeOriginError(403, 'AccessDenied', 'Access Denied');
  const key = decodeObjectKey(`${request.origin.OriginPath}${request.path}`);
  if (key === undefined) return makeOriginError(400, 'InvalidURI', "Couldn't parse the specified URI.");
  const object = await bucket.getObject(key);
  const edge: Principal = { kind: 'service', service: 'cloudfront.amazonaws.com', sourceArn: request.distribution.arn };
  const bucketArn = `arn:${PARTITION}:s3:::${bucket.bucket}`;
  if (object === undefined) {
    return (await bucket.may(edge, { action: 's3:ListBucket', resource: bucketArn }))
      ? makeOriginError(404, 'NoSuchKey', 'The specified key does not exist.')
      : makeOriginError(403, 'AccessDenied', 'Access Denied');
  }
  const tags = Object.entries(object.tags).map(([name, value]) => [`s3:ExistingObjectTag/${name}`, value]);
  const read = { action: 's3:GetObject', resource: `${bucketArn}/${key}`, context: Object.fromEntries(tags) };
  if (!(await bucket.may(edge, read))) return makeOriginError(403, 'AccessDenied', 'Access Denied');
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
    link: object.link,
  };
}

function decodeObjectKey(path: string): string | undefined {
  try {
    return decodeURIComponent(path.slice(1));
  } catch {
    return undefined;
  }
}
