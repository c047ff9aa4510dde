import { ANONYMOUS_CALLER, type ApiCall } from '../../aws-api/api-service.ts';
import { ACCOUNT_ID } from '../../cloud/account.ts';
import type { Bucket } from '../store/buckets.ts';
import type { Origin } from '../store/events.ts';
import type { MultipartUploads } from '../store/multipart-uploads.ts';
import type { VersionStore } from '../store/version-store.ts';
import type { StoredVersion } from '../store/stored-version.ts';
import { s3Error } from '../store/s3-error.ts';

/** Request to S3, with the stores that serve it. */
export interface Exchange {
  readonly call: ApiCall;
  readonly store: VersionStore;
  readonly uploads: MultipartUploads;
  /** Bucket; empty for operations of the service. */
  readonly bucket: string;
  /** Decoded key; empty for operations on a bucket. */
  readonly key: string;
}

export const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

const MAX_KEY_BYTES = 1024;

/** Checks the length of a key. @throws ApiError `KeyTooLongError` */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size > MAX_KEY_BYTES) throw s3Error('KeyTooLongError', { Size: `${size}`, MaxSizeAllowed: `${MAX_KEY_BYTES}` });
}

/**
 * Parses a path-style request. The key is not normalized: `a//b`, `..` and trailing slashes are literal.
 *
 * @throws ApiError `InvalidURI`, `KeyTooLongError`
 */
export function parsePath(rawPath: string): { bucket: string; key: string } {
  const [, bucket = '', ...keySegments] = rawPath.split('/');
  let key: string;
  try {
    key = decodeURIComponent(keySegments.join('/'));
  } catch {
    throw s3Error('InvalidURI', { URI: rawPath });
  }
  checkKey(key);
  return { bucket, key };
}

/** Returns a header, decoded as UTF-8; Node decodes it as Latin-1. */
export function readHeader({ call }: Exchange, name: string): string | undefined {
  const value = call.request.headers[name];
  if (value === undefined) return undefined;
  return Buffer.from(Array.isArray(value) ? value.join(', ') : value, 'latin1').toString();
}

/** Returns an `x-amz-` header, or the query parameter that replaces it in a presigned URL. */
export function readAmzHeader(exchange: Exchange, name: string): string | undefined {
  return readHeader(exchange, name) ?? exchange.call.query.get(name) ?? undefined;
}

export function readOrigin({ call }: Exchange): Origin {
  const sourceIp = call.request.socket.remoteAddress;
  return {
    requestId: call.requestId,
    requester: call.caller === ANONYMOUS_CALLER ? 'anonymous' : ACCOUNT_ID,
    ...(sourceIp === undefined ? {} : { sourceIp }),
  };
}

/** Returns `x-amz-version-id`, unless the bucket has never been versioned. */
export function makeVersionHeader(bucket: Bucket, versionId: string | undefined): Record<string, string> {
  return bucket.versioning === undefined || versionId === undefined ? {} : { 'x-amz-version-id': versionId };
}

/** Finds the requested version. @throws ApiError as `VersionStore.find` does */
export function findRequestedVersion({ store, bucket, key, call }: Exchange): StoredVersion {
  const versionId = call.query.get('versionId') ?? undefined;
  if (versionId === '') throw s3Error('InvalidArgument', { Message: 'Version id cannot be the empty string' });
  return store.find(bucket, key, versionId);
}

/** Formats a time as S3 does in XML: ISO 8601 in whole seconds. */
export function formatXmlTime(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, '.000Z');
}

export function quoteEtag(etag: string): string {
  return `"${etag}"`;
}

export function unquoteEtag(etag: string): string {
  return etag.trim().replace(/^"(.*)"$/, '$1');
}

/** Sends a response without a body. */
export function sendEmpty(exchange: Exchange, status: number, headers: Record<string, string> = {}): void {
  const { response } = exchange.call;
  response.writeHead(status, status === 204 ? headers : { 'content-length': '0', ...headers });
  response.end();
}

/** Reads a non-negative integer from the query, and limits it. @throws ApiError `InvalidArgument` */
export function readWholeNumber(exchange: Exchange, name: string, fallback: number, max: number): number {
  const given = exchange.call.query.get(name);
  if (given === null || given === '') return fallback;
  const value = /^\d{1,10}$/.test(given) ? Number(given) : -1;
  if (value < 0 || value > 2 ** 31 - 1) {
    throw s3Error('InvalidArgument', {
      Message: `Provided ${name} not an integer or within integer range`,
      ArgumentName: name,
      ArgumentValue: given,
    });
  }
  return Math.min(value, max);
}
