import { HeadObjectCommand, type HeadObjectCommandOutput, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';

/** One version of an uploaded object. */
export interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  /** S3's version id, or `etag:` and the ETag in an unversioned bucket. */
  readonly versionId: string;
}

const ETAG_PREFIX = 'etag:';

/** Returns the version id of an object, derived from its ETag in an unversioned bucket. */
export function versionIdOf(versionId: string | undefined, etag: string): string {
  return versionId ?? `${ETAG_PREFIX}${etag.replaceAll('"', '')}`;
}

/** Returns the version parameter of S3 requests, which is absent in an unversioned bucket. */
export function versionParameter({ versionId }: ObjectVersion): { VersionId?: string } {
  return versionId.startsWith(ETAG_PREFIX) ? {} : { VersionId: versionId };
}

export interface ObjectHead {
  readonly versionId: string;
  readonly sizeBytes: number;
  readonly contentType?: string;
  /** Whether the bytes can only be read after a restore from an archive. */
  readonly isArchived: boolean;
}

/** Returns the head of the current version, or undefined if the object was deleted. */
export function headCurrent(s3: S3Client, { bucket, key }: ObjectVersion): Promise<ObjectHead | undefined> {
  return head(s3, { Bucket: bucket, Key: key });
}

/** Returns the head of exactly this version, or undefined if it was deleted or, in an unversioned bucket, replaced. */
export async function headVersion(s3: S3Client, version: ObjectVersion): Promise<ObjectHead | undefined> {
  const found = await head(s3, { Bucket: version.bucket, Key: version.key, ...versionParameter(version) });
  return found?.versionId === version.versionId ? found : undefined;
}

async function head(
  s3: S3Client,
  input: { Bucket: string; Key: string; VersionId?: string },
): Promise<ObjectHead | undefined> {
  try {
    const response = await s3.send(new HeadObjectCommand(input));
    const { VersionId, ETag = '', ContentLength = 0, ContentType } = response;
    return {
      versionId: versionIdOf(VersionId, ETag),
      sizeBytes: ContentLength,
      ...(ContentType === undefined ? {} : { contentType: ContentType }),
      isArchived: isArchived(response),
    };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/**
 * Returns whether an object is in an archive class or tier and no restored copy of it exists.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html#API_HeadObject_ResponseSyntax
 */
function isArchived({ StorageClass, ArchiveStatus, Restore }: HeadObjectCommandOutput): boolean {
  const isInArchive = StorageClass === 'GLACIER' || StorageClass === 'DEEP_ARCHIVE' || ArchiveStatus !== undefined;
  return isInArchive && Restore?.includes('ongoing-request="false"') !== true;
}

/** S3 responds 404 for a missing object or version, and 405 for a delete marker that is requested by its id. */
function isGone(error: unknown): boolean {
  return error instanceof S3ServiceException && [404, 405].includes(error.$metadata.httpStatusCode ?? 0);
}
