import { ANONYMOUS_CALLER, type ApiCall } from '../../aws-api/service.ts';
import { ACCOUNT_ID } from '../../cloud/account.ts';
import type { Bucket } from '../store/buckets.ts';
import type { Origin } from '../store/events.ts';
import type { MultipartUploads } from '../store/multipart-uploads.ts';
import type { VersionStore } from '../store/version-store.ts';
import type { StoredVersion } from '../store/stored-version.ts';
import { s3Error } from '../store/s3-error.ts';

/** One request to S3 and what serves it. */
export interface Exchange {
  readonly call: ApiCall;
  readonly store: VersionStore;
  readonly uploads: MultipartUploads;
  /** Empty at the level of the service. */
  readonly bucket: string;
  /** Decoded, empty at the level of a bucket. */
  readonly key: string;
}

export const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

const MAX_KEY_BYTES = 1024;

/** @throws ApiError `KeyTooLongError` */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size > MAX_KEY_BYTES) throw s3Error('KeyTooLongError', { Size: `${size}`, MaxSizeAllowed: `${MAX_KEY_BYTES}` });
}

/**
 * Bucket and key of a path-style request. The key is what follows, as it is: `a//b`, `..` and trailing slashes are text.
 *
 * @throws ApiError `InvalidURI`, `KeyTooLongError`
 */
export function parsePath(rawPath: string): { bucket: string; key: string } {
  const [, bucket = '', ...rest] = rawPath.split('/');
  let key: string;
  try {
    key = decodeURIComponent(rest.join('/'));
  } catch {
    throw s3Error('InvalidURI', { URI: rawPath });
  }
  checkKey(key);
  return { bucket, key };
}

/** Text of a header; Node reads its bytes as Latin-1. */
export function header({ call }: Exchange, name: string): string | undefined {
  const value = call.request.headers[name];
  if (value === undefined) return undefined;
  return Buffer.from(Array.isArray(value) ? value.join(', ') : value, 'latin1').toString();
}

/** An `x-amz-` header, or the query parameter that a presigned URL carries in its place. */
export function amzHeader(exchange: Exchange, name: string): string | undefined {
  return header(exchange, name) ?? exchange.call.query.get(name) ?? undefined;
}

export function originOf({ call }: Exchange): Origin {
  const sourceIp = call.request.socket.remoteAddress;
  return {
    requestId: call.requestId,
    requester: call.caller === ANONYMOUS_CALLER ? 'anonymous' : ACCOUNT_ID,
    ...(sourceIp === undefined ? {} : { sourceIp }),
  };
}

/** `x-amz-version-id` as the bucket's versioning has it: a bucket that never had versions shows none. */
export function versionHeader(bucket: Bucket, versionId: string | undefined): Record<string, string> {
  return bucket.versioning === undefined || versionId === undefined ? {} : { 'x-amz-version-id': versionId };
}

/** The version that the request asks for. @throws ApiError as `ObjectStore.find` does */
export function requestedVersion({ store, bucket, key, call }: Exchange): StoredVersion {
  const versionId = call.query.get('versionId') ?? undefined;
  if (versionId === '') throw s3Error('InvalidArgument', { Message: 'Version id cannot be the empty string' });
  return store.find(bucket, key, versionId);
}

/** ISO 8601 to the second, as S3 writes times in XML. */
export function xmlTime(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, '.000Z');
}

export function quoteEtag(etag: string): string {
  return `"${etag}"`;
}

export function unquoteEtag(etag: string): string {
  return etag.trim().replace(/^"(.*)"$/, '$1');
}

/** Answers without a body. */
export function sendEmpty(exchange: Exchange, status: number, headers: Record<string, string> = {}): void {
  const { response } = exchange.call;
  response.writeHead(status, status === 204 ? headers : { 'content-length': '0', ...headers });
  response.end();
}

/** @throws ApiError `InvalidArgument` unless it is a whole number from 0 on */
export function readWholeNumber(exchange: Exchange, name: string, fallback: number, most: number): number {
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
  return Math.min(value, most);
}
