import { randomUUID } from 'node:crypto';
import { type CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { buryVideo } from '../../catalog/library/bury-video.ts';
import { findVideoRow } from '../../catalog/library/video-rows.ts';
import { videoPrefix } from '../contracts/output-layout.ts';
import { deleteVideo, type DeleteContext } from '../runtime/delete-video.ts';
import type { UploadStorage } from './upload-storage.ts';

export interface RemovalContext extends DeleteContext {
  readonly storage: UploadStorage;
  /** Drops what the edge has below a path. */
  readonly invalidate: (path: string) => Promise<void>;
}

/**
 * Removes everything of a video, down to the tombstone that tells others so. A call that was broken off comes to the
 * same end when it is repeated.
 */
export async function removeEverything(context: RemovalContext, videoId: string): Promise<void> {
  const deletion = await deleteVideo(context, videoId);
  if (deletion?.revisions === 0) await removeUnseen(context, videoId);
  await buryVideo(context.database, videoId);
  await context.invalidate(`/${videoPrefix(videoId)}*`);
}

/** An upload that is in the bucket, but of which the chain has not heard yet. */
async function removeUnseen({ database, storage }: RemovalContext, videoId: string): Promise<void> {
  const row = await findVideoRow(database, videoId);
  const stored = row === undefined ? undefined : await storage.find(row.video.key);
  if (stored !== undefined) await storage.remove(stored);
}

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html */
export const invalidateIn =
  (cloudFront: CloudFrontClient, distributionId: string) =>
  async (path: string): Promise<void> => {
    await cloudFront.send(
      new CreateInvalidationCommand({
        DistributionId: distributionId,
        InvalidationBatch: { CallerReference: randomUUID(), Paths: { Quantity: 1, Items: [path] } },
      }),
    );
  };
