import type { Logger } from '@aws-lambda-powertools/logger';
import type { SQSRecord } from 'aws-lambda';
import { videoPrefix } from '../contracts/output-layout.ts';
import { removalMessageSchema } from '../contracts/removal-message.ts';
import type { Invalidate } from './invalidate.ts';
import { type RemoveVideoContext, removeVideo } from './remove-video.ts';

export interface ReceiveRemovalContext extends RemoveVideoContext {
  readonly invalidate: Invalidate;
  readonly logger: Logger;
}

/**
 * Removes everything of a deleted video except its tombstone, and finally its copies at the edge. Messages may arrive
 * repeatedly; an interrupted removal must be repeated.
 *
 * @throws Error if a retry can help: CloudFront runs at most 15 invalidations of whole videos at once
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-invalidations
 */
export async function receiveRemoval(
  context: ReceiveRemovalContext,
  { body, messageId }: Pick<SQSRecord, 'body' | 'messageId'>,
): Promise<void> {
  const removal = removalMessageSchema.parse(JSON.parse(body));
  const { videoId } = removal;
  if (!(await removeVideo(context, removal))) return;
  await context.invalidate(`/${videoPrefix(videoId)}*`, messageId);
  context.logger.info('video removed', { videoId });
}
