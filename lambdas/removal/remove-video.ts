import { AbortMultipartUploadCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { tombstoneVideo } from '../../catalog/videos/tombstone-video.ts';
import { findUploadOfVideo } from '../../catalog/uploads/find-upload.ts';
import { type DeletedVideo, markDeleted } from '../../catalog/videos/mark-deleted.ts';
import { revisionPrefix } from '../contracts/output-layout.ts';
import type { RemovalMessage } from '../contracts/removal-message.ts';
import type { CompletionMessage } from '../contracts/completion-messages.ts';
import type { SendToQueue } from '../runtime/queue-sender.ts';
import { deleteBelow, deleteEveryVersion, deleteVersion } from '../runtime/delete-objects.ts';

export interface RemoveContext {
  readonly database: CatalogDatabase;
  readonly sendToCompletion: SendToQueue<CompletionMessage>;
  /**
   * Takes `s3:ListBucket` and `s3:DeleteObject` below `v/` of the output bucket; `s3:ListBucketVersions`,
   * `s3:DeleteObjectVersion` and `s3:AbortMultipartUpload` on the source bucket.
   */
  readonly s3: S3Client;
  readonly outputBucket: string;
}

/** The longest that SQS holds a message back, and far longer than a step may run that was begun before. */
const SWEEP_AFTER_SECONDS = 900;

/**
 * Deletes everything of a video: its revisions in the catalog, so that nobody is given a URL any more, then what was
 * encoded, then what was uploaded, then what is known of it. A call that was broken off anywhere comes to the same end
 * when it is repeated.
 *
 * An encoder or a step that is at work meanwhile may still write. Nothing of it can be played, and completion removes it
 * when the job has been stopped, and a quarter of an hour from now.
 *
 * @returns false if there is no such video
 */
export async function removeVideo(context: RemoveContext, removal: RemovalMessage): Promise<boolean> {
  const { database, sendToCompletion, s3, outputBucket } = context;
  const { videoId } = removal;
  const deleted = await markDeleted(database, removal);
  if (deleted === undefined) return false;
  // Completion stops their jobs, and notes down that it did, which is the end of this; later it looks once more for what
  // they have written, and that comes first, or a crash in between would leave it out.
  for (const { id: revisionId } of deleted.revisions.filter(({ publishedAt }) => publishedAt === null)) {
    await sendToCompletion({ type: 'revision-ended', revisionId }, SWEEP_AFTER_SECONDS);
    await sendToCompletion({ type: 'revision-ended', revisionId });
  }
  for (const { number } of deleted.revisions) {
    await deleteBelow(s3, outputBucket, revisionPrefix({ videoId, revision: number }));
  }
  await removeSources(context, deleted);
  await tombstoneVideo(database, videoId);
  return true;
}

/**
 * An upload through the API has a key of its own: whatever lies under it goes, also what the chain has not heard of yet.
 * Of a key that people write themselves only the versions go that were deleted.
 */
async function removeSources({ database, s3 }: RemoveContext, { video, revisions }: DeletedVideo): Promise<void> {
  const { id, bucket, key, ownerId } = video;
  if (ownerId === null) {
    for (const { versionId } of revisions) {
      if (versionId !== null) await deleteVersion(s3, { bucket, key, versionId });
    }
    return;
  }
  // First the parts, or they might be put together after everything was looked for.
  const uploadId = (await findUploadOfVideo(database, id))?.multipartUploadId ?? undefined;
  if (uploadId !== undefined) await abortMultipart(s3, { Bucket: bucket, Key: key, UploadId: uploadId });
  await deleteEveryVersion(s3, bucket, key);
}

/** One that was completed or aborted before is no more. */
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
