import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  type S3Client,
} from '@aws-sdk/client-s3';
import { listObjects } from './list-objects.ts';
import { headVersion, type ObjectVersion, versionParameter } from './object-version.ts';

/** Maximum number of keys in one request: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MAX_KEYS = 1_000;

/**
 * Deletes all objects below a prefix of an unversioned bucket.
 *
 * @param keptPrefix objects below it stay. @default none
 * @returns number of deleted objects
 * @throws ObjectNotDeletedError
 */
export async function deleteBelow(s3: S3Client, bucket: string, prefix: string, keptPrefix?: string): Promise<number> {
  const listed = await listObjects(s3, bucket, prefix);
  const objects = listed.filter(({ key }) => keptPrefix === undefined || !key.startsWith(keptPrefix)).map(({ key: Key }) => ({ Key }));
  await deleteAll(s3, bucket, objects);
  return objects.length;
}

/**
 * Deletes every version of an object permanently, including delete markers.
 *
 * @throws ObjectNotDeletedError
 */
export async function deleteEveryVersion(s3: S3Client, bucket: string, key: string): Promise<void> {
  const found: ObjectIdentifier[] = [];
  let marker: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } = {};
  for (let hasMore = true; hasMore;) {
    const { Versions = [], DeleteMarkers = [], ...page } = await s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key, ...marker }),
    );
    // The prefix also matches longer keys.
    for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) if (Key === key) found.push({ Key, VersionId });
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    hasMore = page.IsTruncated === true;
  }
  await deleteAll(s3, bucket, found);
}

async function deleteAll(s3: S3Client, bucket: string, objects: readonly ObjectIdentifier[]): Promise<void> {
  for (let first = 0; first < objects.length; first += MAX_KEYS) {
    const Objects = objects.slice(first, first + MAX_KEYS);
    const { Errors: [error] = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    if (error === undefined) continue;
    // S3 also throttles single keys. `isPassingError` knows the code by its name.
    const cause = Object.assign(new Error(error.Message), { name: error.Code ?? 'UnknownError' });
    throw new ObjectNotDeletedError(`${error.Key}: ${error.Code} ${error.Message}`, { cause });
  }
}

/** Deletes one version permanently; in an unversioned bucket only if the object has not been replaced. */
export async function deleteVersion(s3: S3Client, version: ObjectVersion): Promise<void> {
  const parameter = versionParameter(version);
  if (parameter.VersionId === undefined && (await headVersion(s3, version)) === undefined) return;
  await s3.send(new DeleteObjectCommand({ Bucket: version.bucket, Key: version.key, ...parameter }));
}

/** S3 reported that an object was not deleted. */
export class ObjectNotDeletedError extends Error {
  override readonly name = 'ObjectNotDeletedError';
  readonly code = 'object_not_deleted';
  readonly retryable = true;
}
