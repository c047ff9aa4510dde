import { makeDraft } from '../store/make-draft.ts';
import type { WriteConditions } from '../store/version-store.ts';
import { s3Error } from '../store/s3-error.ts';
import { MAX_PART_BYTES } from '../store/multipart-uploads.ts';
import { writeBody } from '../store/write-body.ts';
import {
  type Exchange,
  readHeader,
  readOrigin,
  quoteEtag,
  sendEmpty,
  unquoteEtag,
  makeVersionHeader,
} from './exchange.ts';
import { readObjectHeaders } from './object-headers.ts';
import { makeChecksumHeaders, readBodyClaims } from './request-checksum.ts';

/**
 * Reads the conditions of a write.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 *
 * @throws ApiError `NotImplemented` for a condition that S3 does not support
 */
export function readWriteConditions(exchange: Exchange): WriteConditions {
  const ifMatch = readHeader(exchange, 'if-match');
  const ifNoneMatch = readHeader(exchange, 'if-none-match');
  if (ifNoneMatch !== undefined && ifNoneMatch.trim() !== '*') {
    throw s3Error('NotImplemented', { Header: 'If-None-Match' });
  }
  return {
    ifMatch: ifMatch === undefined ? undefined : unquoteEtag(ifMatch),
    ifNoneMatch: ifNoneMatch === undefined ? undefined : '*',
  };
}

/**
 * Rejects conditions on an operation of a multipart upload that takes none: they belong on its completion.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 *
 * @throws ApiError `NotImplemented`
 */
export function requireNoConditions(exchange: Exchange): void {
  for (const Header of ['If-Match', 'If-None-Match']) {
    if (readHeader(exchange, Header.toLowerCase()) !== undefined) throw s3Error('NotImplemented', { Header });
  }
}

/** Rejects a declared length that is missing or too large, before anything is stored. */
export function checkDeclaredLength(exchange: Exchange): void {
  const { headers } = exchange.call.request;
  const length = headers['x-amz-decoded-content-length'] ?? headers['content-length'];
  if (length === undefined) throw s3Error('MissingContentLength');
  if (Number(length) > MAX_PART_BYTES) {
    throw s3Error('EntityTooLarge', { ProposedSize: String(length), MaxSizeAllowed: `${MAX_PART_BYTES}` });
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export async function putObject(exchange: Exchange): Promise<void> {
  const { call, store, bucket, key } = exchange;
  const target = store.buckets.get(bucket);
  const details = readObjectHeaders(exchange);
  const conditions = readWriteConditions(exchange);
  const claims = readBodyClaims(exchange);
  checkDeclaredLength(exchange);

  const algorithms = claims.algorithm === undefined ? [] : [claims.algorithm];
  const version = await store.withConditions({ bucket, key }, conditions, async (held) => {
    const body = await writeBody(store.files, call.payload, algorithms, claims.check);
    return store.commit(makeDraft(exchange, details, body), 'PutObject', readOrigin(exchange), held);
  });
  sendEmpty(exchange, 200, {
    etag: quoteEtag(version.etag),
    ...makeVersionHeader(target, version.versionId),
    ...makeChecksumHeaders(version.checksum),
  });
}
