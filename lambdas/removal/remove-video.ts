import { AbortMultipartUploadCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { tombstoneVideo } from '../../catalog/videos/tombstone-video.ts';
import { findUploadOfVideo } from '../../catalog/uploads/find-upload.ts';
import { type DeletedVideo, markDeleted } from '../../catalog/videos/mark-deleted.ts';
import { writePointer } from '../chain/write-pointer.ts';
import { sweepRevision } from '../chain/sweep-revision.ts';
import { revisionPrefix } from '../contracts/output-layout.ts';
import type { RemovalMessage } from '../contracts/removal-message.ts';
import type { CompletionMessage } from '../contracts/completion-messages.ts';
import type { SendToQueue } from '../runtime/queue-sender.ts';
import { deleteBelow, deleteEveryVersion, deleteVersion } from '../runtime/delete-objects.ts';

export interface RemoveVideoContext {
  readonly database: CatalogDatabase;
  readonly sendToCompletion: SendToQueue<CompletionMessage>;
  /**
   * Needs `s3:ListBucket` and `s3:DeleteObject` below `v/` of the output bucket, and what `writePointer` needs;
   * `s3:ListBucketVersions`, `s3:DeleteObjectVersion` and `s3:AbortMultipartUpload` on the source bucket.
   */
  readonly s3: S3Client;
  readonly outputBucket: string;
}

/**
 * Deletes everything of a video: its revisions in the catalog, so that no more URLs are signed, then its encodes, its
 * sources, and its records. An interrupted call reaches the same result when repeated.
 *
 * An encoder or a step that is still running may keep writing. That output cannot be played, and completion removes it
 * when the job has been canceled, and again 15 minutes later.
 *
 * @returns false if the video does not exist
 */
export async function removeVideo(context: RemoveVideoContext, removal: RemovalMessage): Promise<boolean> {
  const { database, sendToCompletion, s3, outputBucket } = context;
  const { videoId } = removal;
  const deleted = await markDeleted(database, removal);
  if (deleted === undefined) return false;
  // One object ends all playlists at the permanent address.
  await writePointer(context, videoId);
  // Completion cancels their jobs and records it, after which they are no longer listed here.
  for (const { id: revisionId } of deleted.revisions.filter(({ publishedAt }) => publishedAt === null)) {
    await sweepRevision(sendToCompletion, revisionId);
  }
  for (const { number } of deleted.revisions) {
    await deleteBelow(s3, outputBucket, revisionPrefix({ videoId, revision: number }));
  }
  await removeSources(context, deleted);
  await tombstoneVideo(database, videoId);
  return true;
}

/**
 * Deletes the sources of a video. An upload through the API has its own key, so everything under that key goes,
 * including versions that the chain has not seen yet. Under a key that users write themselves, only the deleted
 * versions go.
 */
async function removeSources({ database, s3 }: RemoveVideoContext, { video, revisions }: DeletedVideo): Promise<void> {
  const { id, bucket, key, ownerId } = video;
  if (ownerId === null) {
    for (const { versionId } of revisions) {
      if (versionId !== null) await deleteVersion(s3, { bucket, key, versionId });
    }
    return;
  }
  // Parts go first: completing the upload later would create a new version.
  const uploadId = (await findUploadOfVideo(database, id))?.multipartUploadId ?? undefined;
  if (uploadId !== undefined) await abortMultipart(s3, { Bucket: bucket, Key: key, UploadId: uploadId });
  await deleteEveryVersion(s3, bucket, key);
}

/** Aborts a multipart upload, unless it was already completed or aborted. */
async function abortMultipart(
  s3: S3Client,
  upload: { readonly Bucket: string; readonly Key: string; readonly UploadId: string },
): Promise<void> {
  try {
    await s3.send(new AbortMultipartUploadCommand(upload));
  } catch (error) {
    if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 404) throw error;
  }
}
