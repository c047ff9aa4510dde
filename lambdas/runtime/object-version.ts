import { HeadObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';

/** One object as it was when it was uploaded. */
export interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  /** As the catalog keeps it: S3's version id, or `etag:` and the ETag on a bucket without versions. */
  readonly versionId: string;
}

const ETAG_PREFIX = 'etag:';

/** How the catalog names a version. */
export function versionIdOf(versionId: string | undefined, etag: string): string {
  return versionId ?? `${ETAG_PREFIX}${etag.replaceAll('"', '')}`;
}

/** What S3 calls want of it; nothing on a bucket without versions. */
export function versionParameter({ versionId }: ObjectVersion): { VersionId?: string } {
  return versionId.startsWith(ETAG_PREFIX) ? {} : { VersionId: versionId };
}

export interface ObjectHead {
  readonly versionId: string;
  readonly sizeBytes: number;
  readonly contentType?: string;
}

/** The object as it is now; undefined when it was deleted. */
export function headCurrent(s3: S3Client, { bucket, key }: ObjectVersion): Promise<ObjectHead | undefined> {
  return head(s3, { Bucket: bucket, Key: key });
}

/** Exactly this version; undefined when it is gone, or has given way to another on a bucket without versions. */
export async function headVersion(s3: S3Client, version: ObjectVersion): Promise<ObjectHead | undefined> {
  const found = await head(s3, { Bucket: version.bucket, Key: version.key, ...versionParameter(version) });
  return found?.versionId === version.versionId ? found : undefined;
}

async function head(
  s3: S3Client,
  input: { Bucket: string; Key: string; VersionId?: string },
): Promise<ObjectHead | undefined> {
  try {
    const { VersionId, ETag = '', ContentLength = 0, ContentType } = await s3.send(new HeadObjectCommand(input));
    return {
      versionId: versionIdOf(VersionId, ETag),
      sizeBytes: ContentLength,
      ...(ContentType === undefined ? {} : { contentType: ContentType }),
    };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** A missing object or version answers 404; a delete marker asked for by its id 405. */
function isGone(error: unknown): boolean {
  return error instanceof S3ServiceException && [404, 405].includes(error.$metadata.httpStatusCode ?? 0);
}
