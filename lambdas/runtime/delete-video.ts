import type { S3Client } from '@aws-sdk/client-s3';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { deleteRevisions } from '../../catalog/queries/delete-video.ts';
import { revisionPrefix } from '../contracts/output-layout.ts';
import type { Announce } from './announce.ts';
import { deleteBelow, deleteVersion } from './delete-objects.ts';

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
   * An encoder or a step was at work when it was stopped, and may still write. Nothing of it can be played, and
   * completion removes it when the job has been stopped, or a quarter of an hour from now.
   */
  readonly mayLeaveObjects: boolean;
}

/** The longest that SQS holds a message back, and far longer than a step may run that was begun before. */
const SWEEP_AFTER_SECONDS = 900;

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
  // Completion stops their jobs, and notes down that it did; later it looks once more for what they have written.
  const running = revisions.filter(({ publishedAt }) => publishedAt === null);
  for (const { id: revisionId } of running) {
    await context.announce({ type: 'revision-ended', revisionId });
    await context.announce({ type: 'revision-ended', revisionId }, SWEEP_AFTER_SECONDS);
  }
  let objects = 0;
  for (const { number, versionId } of revisions) {
    objects += await deleteBelow(context.s3, context.outputBucket, revisionPrefix({ videoId, revision: number }));
    if (versionId !== null) await deleteVersion(context.s3, { bucket: video.bucket, key: video.key, versionId });
  }
  return { revisions: revisions.length, objects, mayLeaveObjects: running.length > 0 };
}

