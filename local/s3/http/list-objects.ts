import { sendXml } from '../../aws-api/responses.ts';
import { writeXml, type XmlChildren, type XmlValue } from '../../aws-api/xml.ts';
import { ACCOUNT_ID } from '../../cloud/account.ts';
import { type ListedVersion, type Listing, listObjectPage, listVersionPage } from '../store/listing.ts';
import { s3Error } from '../store/s3-error.ts';
import { type Exchange, quoteEtag, readWholeNumber, S3_NAMESPACE, formatXmlTime } from './exchange.ts';

const MAX_KEYS = 1000;

export const OWNER: XmlChildren = { ID: ACCOUNT_ID, DisplayName: 'laptop' };

/** Returns the encoding of keys; `encoding-type=url` supports characters that XML cannot contain. @throws ApiError `InvalidArgument` */
export function chooseKeyEncoder(query: URLSearchParams): ((text: string) => string) {
  const type = query.get('encoding-type');
  if (type === null) return (text) => text;
  if (type !== 'url') {
    throw s3Error('InvalidArgument', { Message: 'Invalid Encoding Method specified in Request' });
  }
  return (text) => encodeURIComponent(text).replaceAll('%2F', '/');
}

interface Page {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  readonly limit: number;
  readonly encode: (text: string) => string;
}

export function readPage(exchange: Exchange, limitName: string): Page {
  const { query } = exchange.call;
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') || undefined,
    limit: readWholeNumber(exchange, limitName, MAX_KEYS, MAX_KEYS),
    encode: chooseKeyEncoder(query),
  };
}

/** Returns the elements that every listing begins with. */
export function pageElements(exchange: Exchange, { prefix, delimiter, encode }: Page): XmlChildren {
  return {
    Prefix: encode(prefix),
    ...(delimiter === undefined ? {} : { Delimiter: encode(delimiter) }),
    ...(exchange.call.query.get('encoding-type') === null ? {} : { EncodingType: 'url' }),
  };
}

export function commonPrefixes(listing: Listing<unknown>, { encode }: Page): XmlValue {
  return listing.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) }));
}

function contents(item: ListedVersion, { encode }: Page, withOwner: boolean): XmlChildren {
  return {
    Key: encode(item.key),
    LastModified: formatXmlTime(item.lastModified),
    ETag: quoteEtag(item.etag),
    ...(item.checksum === undefined
      ? {}
      : { ChecksumAlgorithm: item.checksum.algorithm, ChecksumType: item.checksum.type }),
    Size: item.sizeBytes,
    ...(withOwner ? { Owner: OWNER } : {}),
    StorageClass: item.storageClass,
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export function listObjectsV1(exchange: Exchange): void {
  const { call, store, bucket } = exchange;
  store.buckets.get(bucket);
  const page = readPage(exchange, 'max-keys');
  const marker = call.query.get('marker') ?? '';
  const listing = listObjectPage(store.database, { bucket, ...page, after: marker || undefined });
  const isTruncated = listing.isTruncated;
  sendXml(
    call,
    writeXml(
      'ListBucketResult',
      {
        Name: bucket,
        ...pageElements(exchange, page),
        Marker: page.encode(marker),
        // Without a delimiter, clients continue after the last key.
        ...(isTruncated && page.delimiter !== undefined ? { NextMarker: page.encode(listing.last ?? '') } : {}),
        MaxKeys: page.limit,
        IsTruncated: isTruncated,
        Contents: listing.items.map((item) => contents(item, page, true)),
        CommonPrefixes: commonPrefixes(listing, page),
      },
      S3_NAMESPACE,
    ),
  );
}

function decodeToken(token: string | null): string | undefined {
  if (token === null) return undefined;
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (text !== '' && Buffer.from(text).toString('base64url') === token) return text;
  throw s3Error('InvalidArgument', {
    Message: 'The continuation token provided is incorrect',
    ArgumentName: 'continuation-token',
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function listObjectsV2(exchange: Exchange): void {
  const { call, store, bucket } = exchange;
  store.buckets.get(bucket);
  const page = readPage(exchange, 'max-keys');
  const startAfter = call.query.get('start-after');
  const token = call.query.get('continuation-token');
  const after = decodeToken(token) ?? (startAfter || undefined);
  const listing = listObjectPage(store.database, { bucket, ...page, after });
  const withOwner = call.query.get('fetch-owner') === 'true';
  sendXml(
    call,
    writeXml(
      'ListBucketResult',
      {
        Name: bucket,
        ...pageElements(exchange, page),
        ...(startAfter === null ? {} : { StartAfter: page.encode(startAfter) }),
        ...(token === null ? {} : { ContinuationToken: token }),
        ...(listing.isTruncated
          ? { NextContinuationToken: Buffer.from(listing.last ?? '').toString('base64url') }
          : {}),
        KeyCount: listing.items.length + listing.commonPrefixes.length,
        MaxKeys: page.limit,
        IsTruncated: listing.isTruncated,
        Contents: listing.items.map((item) => contents(item, page, withOwner)),
        CommonPrefixes: commonPrefixes(listing, page),
      },
      S3_NAMESPACE,
    ),
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export function listObjectVersions(exchange: Exchange): void {
  const { call, store, bucket } = exchange;
  store.buckets.get(bucket);
  const page = readPage(exchange, 'max-keys');
  const keyMarker = call.query.get('key-marker') ?? '';
  const versionMarker = call.query.get('version-id-marker') ?? '';
  if (versionMarker !== '' && keyMarker === '') {
    throw s3Error('InvalidArgument', { Message: 'A version-id marker cannot be specified without a key marker.' });
  }
  const listing = listVersionPage(store.database, {
    bucket,
    ...page,
    after: keyMarker || undefined,
    afterVersionId: versionMarker || undefined,
  });
  const describe = (item: ListedVersion): XmlChildren => ({
    Key: page.encode(item.key),
    VersionId: item.versionId,
    IsLatest: item.isLatest,
    LastModified: formatXmlTime(item.lastModified),
    Owner: OWNER,
  });
  const lastItem = listing.items.at(-1);
  sendXml(
    call,
    writeXml(
      'ListVersionsResult',
      {
        Name: bucket,
        ...pageElements(exchange, page),
        KeyMarker: page.encode(keyMarker),
        VersionIdMarker: versionMarker,
        ...(listing.isTruncated
          ? {
              NextKeyMarker: page.encode(listing.last ?? ''),
              ...(lastItem?.key === listing.last ? { NextVersionIdMarker: lastItem?.versionId } : {}),
            }
          : {}),
        MaxKeys: page.limit,
        IsTruncated: listing.isTruncated,
        Version: listing.items
          .filter((item) => !item.isDeleteMarker)
          .map((item) =>
            Object.assign(describe(item), {
              ETag: quoteEtag(item.etag),
              Size: item.sizeBytes,
              StorageClass: item.storageClass,
            }),
          ),
        DeleteMarker: listing.items.filter((item) => item.isDeleteMarker).map(describe),
        CommonPrefixes: commonPrefixes(listing, page),
      },
      S3_NAMESPACE,
    ),
  );
}
