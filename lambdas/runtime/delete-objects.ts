import { DeleteObjectCommand, DeleteObjectsCommand, type S3Client } from '@aws-sdk/client-s3';
import { listObjects } from './list-objects.ts';
import { headVersion, type ObjectVersion, versionParameter } from './object-version.ts';

/** The most that one request deletes: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MOST_KEYS = 1_000;

/**
 * Deletes all that lies below a prefix of a bucket without versions.
 *
 * @returns how many objects that were
 * @throws ObjectNotDeleted
 */
export async function deleteBelow(s3: S3Client, bucket: string, prefix: string): Promise<number> {
  const keys = (await listObjects(s3, bucket, prefix)).map(({ key }) => key);
  for (let first = 0; first < keys.length; first += MOST_KEYS) {
    const Objects = keys.slice(first, first + MOST_KEYS).map((Key) => ({ Key }));
    const { Errors: [error] = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    if (error !== undefined) throw new ObjectNotDeleted(`${error.Key}: ${error.Code} ${error.Message}`);
  }
  return keys.length;
}

/** Deletes one version for good; on a bucket without versions only while it is still the object that was uploaded. */
export async function deleteVersion(s3: S3Client, version: ObjectVersion): Promise<void> {
  const parameter = versionParameter(version);
  if (parameter.VersionId === undefined && (await headVersion(s3, version)) === undefined) return;
  await s3.send(new DeleteObjectCommand({ Bucket: version.bucket, Key: version.key, ...parameter }));
}

/** S3 answered that it did not delete an object. */
export class ObjectNotDeleted extends Error {
  override readonly name = 'ObjectNotDeleted';
  readonly code = 'object_not_deleted';
  readonly retryable = true;
}
