import type { Logger } from '@aws-lambda-powertools/logger';
import type { SQSRecord } from 'aws-lambda';
import { isRemovalSettled, markDeleted, settleRemoval } from '../../catalog/videos/mark-deleted.ts';
import { keptPathsOf } from '../contracts/kept-paths.ts';
import { videoPrefix } from '../contracts/output-layout.ts';
import { removalMessageSchema } from '../contracts/removal-message.ts';
import type { Invalidate } from '../runtime/invalidate-paths.ts';
import { type RemoveVideoContext, removeVideo } from './remove-video.ts';

export interface ReceiveRemovalContext extends RemoveVideoContext {
  readonly invalidate: Invalidate;
  readonly logger: Logger;
}

/**
 * Removes everything of a deleted video except its tombstone, and finally its copies at the edge. Messages may arrive
 * repeatedly; an interrupted removal must be repeated. Every message about the same revisions makes the same invalidation,
 * and none does anything once it is accepted.
 *
 * @throws Error if a retry can help: CloudFront runs at most 15 invalidations of whole videos at once
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-invalidations
 */
export async function receiveRemoval(
  context: ReceiveRemovalContext,
  { body }: Pick<SQSRecord, 'body'>,
): Promise<void> {
  const removal = removalMessageSchema.parse(JSON.parse(body));
  const { videoId, lastRevision } = removal;
  if (await isRemovalSettled(context.database, removal)) return;
  const reference = `removal-${videoId}-${lastRevision}`;
  // Usually the API has done so. Only then does the edge fetch that the video does not exist.
  if ((await markDeleted(context.database, removal)) === undefined) return;
  await context.invalidate(keptPathsOf(videoId), `${reference}-kept`);
  if (!(await removeVideo(context, removal))) return;
  await context.invalidate(`/${videoPrefix(videoId)}*`, reference);
  await settleRemoval(context.database, removal);
  context.logger.info('video removed', { videoId });
}
