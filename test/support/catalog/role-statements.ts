import { v7 as uuidv7 } from 'uuid';
import type { CatalogDatabase } from '../../../catalog/database.ts';
import { acquireKey, completeKey, releaseKey } from '../../../catalog/idempotency/keys.ts';
import { recordPercent } from '../../../catalog/revisions/record-percent.ts';
import { reopenForRetry } from '../../../catalog/revisions/reopen-for-retry.ts';
import type { CatalogRole } from '../../../catalog/rights.ts';
import { findUploadOfVideo } from '../../../catalog/uploads/find-upload.ts';
import { removeExpiredUploads, removeUpload } from '../../../catalog/uploads/remove-upload.ts';
import { findVideo } from '../../../catalog/videos/find-video.ts';
import { findDeletionScope, isRemovalSettled, markDeleted, settleRemoval } from '../../../catalog/videos/mark-deleted.ts';
import { selectVideoPage } from '../../../catalog/videos/select-video-page.ts';
import { tombstoneVideo } from '../../../catalog/videos/tombstone-video.ts';
import { updateVideo } from '../../../catalog/videos/update-video.ts';
import { finishEncode, newVideo, registerSource, startEncode } from './test-videos.ts';

/** Videos in the states in which the roles find them. */
export interface PreparedVideos {
  /** A video whose bytes have not arrived. */
  readonly announced: Awaited<ReturnType<typeof newVideo>>;
  /** A video whose encode runs and has a percentage. */
  readonly encoding: Awaited<ReturnType<typeof startEncode>>;
}

/** Creates videos as the owner of the database. */
export async function prepareVideos(owner: CatalogDatabase): Promise<PreparedVideos> {
  const announced = await newVideo(owner);
  const encoding = await startEncode(owner, await registerSource(owner, await newVideo(owner)));
  await recordPercent(owner, encoding.revisionId, encoding.job.attemptId, 10);
  return { announced, encoding };
}

/** Statements of each role that together need every right of it. */
export const ROLE_STATEMENTS: Readonly<
  Record<CatalogRole, (database: CatalogDatabase, prepared: PreparedVideos) => Promise<void>>
> = {
  chain: async (database, { announced, encoding }) => {
    const bucket = `written-without-the-api-${uuidv7()}`;
    await registerSource(database, announced, bucket);
    const encoded = await startEncode(database, await registerSource(database, announced));
    await recordPercent(database, encoded.revisionId, encoded.job.attemptId, 10);
    await recordPercent(database, encoded.revisionId, encoded.job.attemptId, 20);
    await finishEncode(database, encoded);
    const scope = { videoId: encoding.videoId, lastRevision: 1 };
    await findUploadOfVideo(database, encoding.videoId);
    await markDeleted(database, scope);
    await tombstoneVideo(database, encoding.videoId);
    await settleRemoval(database, scope);
    await isRemovalSettled(database, scope);
  },
  api: async (database, { announced, encoding }) => {
    const request = { ownerId: 'owner', key: uuidv7(), requestHash: 'hash', resourceId: uuidv7() };
    await acquireKey(database, request);
    await completeKey(database, request);
    await releaseKey(database, request);
    await newVideo(database);
    await removeExpiredUploads(database);
    await removeUpload(database, announced.uploadId);
    await updateVideo(database, encoding.videoId, { title: 'Another title' });
    await selectVideoPage(database, { id: 'owner', isAdmin: false }, { search: 'another', limit: 5 });
    await findVideo(database, encoding.videoId);
    await reopenForRetry(database, { revisionId: encoding.revisionId, failedAt: new Date() });
    await findDeletionScope(database, encoding.videoId);
    await markDeleted(database, { videoId: encoding.videoId, lastRevision: 1 });
  },
};
