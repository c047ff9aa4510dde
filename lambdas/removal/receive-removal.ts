import type { Logger } from '@aws-lambda-powertools/logger';
import type { SQSRecord } from 'aws-lambda';
import { videoPrefix } from '../contracts/output-layout.ts';
import { removalMessageSchema } from '../contracts/removal-message.ts';
import type { Invalidate } from './invalidate.ts';
import { type RemoveContext, removeVideo } from './remove-video.ts';

export interface RemovalContext extends RemoveContext {
  readonly invalidate: Invalidate;
  readonly logger: Logger;
}

/**
 * Removes everything of a video that somebody has deleted, down to the tombstone that tells others so, and last what the
 * edge has of it. Every message may come again; one that could not be carried out to its end has to.
 *
 * @throws Error where trying again can help: CloudFront takes 15 invalidations of a whole video at once and no more
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-invalidations
 */
export async function receiveRemoval(
  context: RemovalContext,
  { body, messageId }: Pick<SQSRecord, 'body' | 'messageId'>,
): Promise<void> {
  const removal = removalMessageSchema.parse(JSON.parse(body));
  const { videoId } = removal;
  if (!(await removeVideo(context, removal))) return;
  await context.invalidate(`/${videoPrefix(videoId)}*`, messageId);
  context.logger.info('video removed', { videoId });
}
