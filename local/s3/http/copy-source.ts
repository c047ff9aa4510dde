import type { StoredVersion } from '../store/stored-version.ts';
import { s3Error } from '../store/s3-error.ts';
import { checkCopyConditions } from './conditions.ts';
import { readAmzHeader, type Exchange, readHeader } from './exchange.ts';
import { isArchived } from './object-headers.ts';

/** Parses `x-amz-copy-source`. @throws ApiError `InvalidArgument` */
export function parseCopySource(exchange: Exchange): { bucket: string; key: string; versionId: string | undefined } {
  const source = readAmzHeader(exchange, 'x-amz-copy-source') ?? '';
  const [, encodedPath = '', versionId] = /^\/?(.*?)(?:\?versionId=([^&]*))?$/s.exec(source) ?? [];
  let path: string;
  try {
    path = decodeURIComponent(encodedPath);
  } catch {
    throw s3Error('InvalidArgument', { Message: 'Invalid copy source encoding', ArgumentName: 'x-amz-copy-source' });
  }
  const slash = path.indexOf('/');
  if (slash < 1 || slash === path.length - 1) {
    throw s3Error('InvalidArgument', {
      Message: 'Invalid copy source object key',
      ArgumentName: 'x-amz-copy-source',
      ArgumentValue: source,
    });
  }
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1), versionId };
}

/**
 * Finds the version that `x-amz-copy-source` names, and checks the conditions of the copy.
 *
 * @throws ApiError `InvalidArgument`, `NoSuchKey`, `PreconditionFailed`, `ObjectNotInActiveTierError`
 */
export function readCopySource(exchange: Exchange): { version: StoredVersion; versionId: string | undefined } {
  const { bucket, key, versionId } = parseCopySource(exchange);
  const version = exchange.store.find(bucket, key, versionId);
  checkCopyConditions(version, {
    ifMatch: readHeader(exchange, 'x-amz-copy-source-if-match'),
    ifNoneMatch: readHeader(exchange, 'x-amz-copy-source-if-none-match'),
    ifModifiedSince: readHeader(exchange, 'x-amz-copy-source-if-modified-since'),
    ifUnmodifiedSince: readHeader(exchange, 'x-amz-copy-source-if-unmodified-since'),
  });
  if (isArchived(version)) throw s3Error('ObjectNotInActiveTierError', { StorageClass: version.storageClass });
  return { version, versionId };
}
