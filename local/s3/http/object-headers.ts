import { KEPT_HEADERS, type ObjectDetails, type StoredVersion, type Tag } from '../store/stored-version.ts';
import { s3Error } from '../store/s3-error.ts';
import { readAmzHeader, type Exchange, readHeader } from './exchange.ts';
import { checkWriteSettings } from './write-settings.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const MAX_METADATA_BYTES = 2048;
const METADATA_PREFIX = 'x-amz-meta-';
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MAX_TAGS = 10;
const MAX_TAG_KEY_CHARACTERS = 128;
const MAX_TAG_VALUE_CHARACTERS = 256;

/** Classes of which objects can be read only once they are restored, which the laptop does not do. */
const ARCHIVE_CLASSES = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/**
 * Storage classes of a general purpose bucket. `EXPRESS_ONEZONE` is that of directory buckets.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html
 */
const STORAGE_CLASSES = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  ...ARCHIVE_CLASSES,
]);

/** Returns whether the bytes of an object cannot be read. */
export function isArchived({ storageClass }: Pick<ObjectDetails, 'storageClass'>): boolean {
  return ARCHIVE_CLASSES.has(storageClass);
}

/** Removes `aws-chunked`, which is the framing of the request and not an encoding of the object. */
function removeChunkedCoding(value: string): string {
  return value
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding.toLowerCase() !== 'aws-chunked' && coding !== '')
    .join(',');
}

export function checkMetadataSize(metadata: Record<string, string>): void {
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (size > MAX_METADATA_BYTES) {
    throw s3Error('MetadataTooLarge', { Size: `${size}`, MaxSizeAllowed: `${MAX_METADATA_BYTES}` });
  }
}

/** Checks a storage class and returns it. @throws ApiError `InvalidStorageClass` */
export function checkStorageClass(storageClass = 'STANDARD'): string {
  if (STORAGE_CLASSES.has(storageClass)) return storageClass;
  throw s3Error('InvalidStorageClass', { StorageClassRequested: storageClass });
}

/** Checks tags and returns them. @throws ApiError `InvalidTag` */
export function checkTags(tags: readonly Tag[]): Tag[] {
  if (tags.length > MAX_TAGS) throw s3Error('InvalidTag', { Message: 'Object tags cannot be greater than 10' });
  const keys = new Set<string>();
  for (const { key, value } of tags) {
    if (key === '' || key.length > MAX_TAG_KEY_CHARACTERS || key.startsWith('aws:')) {
      throw s3Error('InvalidTag', { Message: 'The TagKey you have provided is invalid', TagKey: key });
    }
    if (value.length > MAX_TAG_VALUE_CHARACTERS) {
      throw s3Error('InvalidTag', { Message: 'The TagValue you have provided is invalid', TagValue: value });
    }
    if (keys.has(key)) {
      throw s3Error('InvalidTag', { Message: 'Cannot provide multiple Tags with the same key', TagKey: key });
    }
    keys.add(key);
  }
  return [...tags];
}

/** Parses `x-amz-tagging`, which is a query string. */
function parseTaggingHeader(value: string | undefined): Tag[] {
  return checkTags(Array.from(new URLSearchParams(value ?? ''), ([key, item]) => ({ key, value: item })));
}

/**
 * Reads headers, metadata, tags and storage class of an object from the request that creates it.
 *
 * @throws ApiError `MetadataTooLarge`, `InvalidTag`, `InvalidStorageClass`, or as `checkWriteSettings` does
 */
export function readObjectHeaders(
  exchange: Exchange,
): Pick<ObjectDetails, 'headers' | 'metadata' | 'tags' | 'storageClass'> {
  checkWriteSettings((name) => readAmzHeader(exchange, name));
  const headers: ObjectDetails['headers'] = {};
  for (const name of KEPT_HEADERS) {
    const given = readHeader(exchange, name);
    const value = name === 'content-encoding' && given !== undefined ? removeChunkedCoding(given) : given;
    if (value !== undefined && value !== '') headers[name] = value;
  }
  const metadata: Record<string, string> = {};
  const names = [...Object.keys(exchange.call.request.headers), ...exchange.call.query.keys()];
  for (const name of names) {
    const lower = name.toLowerCase();
    if (!lower.startsWith(METADATA_PREFIX)) continue;
    metadata[lower.slice(METADATA_PREFIX.length)] = readAmzHeader(exchange, name) ?? '';
  }
  checkMetadataSize(metadata);
  const storageClass = checkStorageClass(readAmzHeader(exchange, 'x-amz-storage-class'));
  return { headers, metadata, tags: parseTaggingHeader(readAmzHeader(exchange, 'x-amz-tagging')), storageClass };
}

/** Response headers by the query parameter that overrides them in a signed GET. */
const OVERRIDES: Readonly<Record<string, string>> = {
  'response-content-type': 'content-type',
  'response-content-language': 'content-language',
  'response-expires': 'expires',
  'response-cache-control': 'cache-control',
  'response-content-disposition': 'content-disposition',
  'response-content-encoding': 'content-encoding',
};

/** Encodes a header value as UTF-8, which Node writes as Latin-1, and replaces line breaks. */
function encodeHeader(value: string): string {
  return Buffer.from(value.replace(/[\r\n\0]+/g, ' ')).toString('latin1');
}

/** Returns the headers for GET and HEAD that do not depend on a range. */
export function describeObject(version: StoredVersion, query: URLSearchParams): Record<string, string> {
  const headers: Record<string, string> = {
    'accept-ranges': 'bytes',
    'last-modified': version.lastModified.toUTCString(),
    etag: `"${version.etag}"`,
    'content-type': 'binary/octet-stream',
  };
  for (const [name, value] of Object.entries(version.headers)) headers[name] = encodeHeader(value);
  for (const [name, value] of Object.entries(version.metadata)) headers[METADATA_PREFIX + name] = encodeHeader(value);
  for (const [parameter, name] of Object.entries(OVERRIDES)) {
    const value = query.get(parameter);
    if (value !== null) headers[name] = encodeHeader(value);
  }
  if (version.tags.length > 0) headers['x-amz-tagging-count'] = `${version.tags.length}`;
  if (version.storageClass !== 'STANDARD') headers['x-amz-storage-class'] = version.storageClass;
  return headers;
}
