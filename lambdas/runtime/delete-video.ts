import { DeleteObjectCommand, DeleteObjectsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { deleteRevisions } from '../../catalog/queries/delete-video.ts';
import { revisionPrefix } from '../contracts/output-layout.ts';
import type { Announce } from './announce.ts';
import { listObjects } from './list-objects.ts';
import { headVersion, type ObjectVersion, versionParameter } from './object-version.ts';

export interface DeleteContext {
  readonly database: CatalogDatabase;
  readonly announce: Announce;
  /**
   * Takes `s3:ListBucket` and `s3:DeleteObject` below `v/` of the output bucket; `s3:ListBucket`, `s3:GetObject`,
   * `s3:GetObjectVersion` and `s3:DeleteObjectVersion` on the source bucket.
   */
  readonly s3: S3Client;
  readonly outputBucket: string;
}

export interface Deletion {
  /** Deleted now or before. */
  readonly revisions: number;
  /** Objects of the output bucket removed now. */
  readonly objects: number;
  /**
   * An encoder or a step was at work when it was stopped, and may still have written. Nothing of it can be played, and
   * the same call some minutes later removes it.
   */
  readonly mayLeaveObjects: boolean;
}

/** The most that one request deletes: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MOST_KEYS = 1_000;

/**
 * Deletes everything of a video: its revisions in the catalog first, so that nobody is given a URL any more, then what
 * was encoded, then what was uploaded. A call that was broken off anywhere comes to the same end when it is repeated. An
 * upload of the same key that comes after it begins is none of it. What the edge has in its caches stays there until the
 * caller has the path of the video invalidated.
 *
 * @returns undefined if there is no such video
 */
export async function deleteVideo(context: DeleteContext, videoId: string): Promise<Deletion | undefined> {
  const deleted = await deleteRevisions(context.database, videoId);
  if (deleted === undefined) return undefined;
  const { video, revisions } = deleted;
  // Completion stops their jobs, and notes down that it did.
  const running = revisions.filter(({ publishedAt }) => publishedAt === null);
  for (const { id } of running) await context.announce({ type: 'revision-ended', revisionId: id });
  let objects = 0;
  for (const { number, versionId } of revisions) {
    objects += await deleteBelow(context, revisionPrefix({ videoId, revision: number }));
    if (versionId !== null) await deleteVersion(context.s3, { bucket: video.bucket, key: video.key, versionId });
  }
  return { revisions: revisions.length, objects, mayLeaveObjects: running.length > 0 };
}

async function deleteBelow({ s3, outputBucket }: DeleteContext, prefix: string): Promise<number> {
  const keys = (await listObjects(s3, outputBucket, prefix)).map(({ key }) => key);
  for (let first = 0; first < keys.length; first += MOST_KEYS) {
    const Objects = keys.slice(first, first + MOST_KEYS).map((Key) => ({ Key }));
    const { Errors: [error] = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket: outputBucket, Delete: { Objects, Quiet: true } }),
    );
    if (error !== undefined) throw new ObjectNotDeleted(`${error.Key}: ${error.Code} ${error.Message}`);
  }
  return keys.length;
}

/** On a bucket without versions only while it is still the object that was uploaded. */
async function deleteVersion(s3: S3Client, version: ObjectVersion): Promise<void> {
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
