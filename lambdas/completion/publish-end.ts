import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { findUnpublishedEnd, markPublished } from '../../catalog/queries/publish-end.ts';
import type { RegisteredRevision } from '../../catalog/queries/register-upload.ts';
import { type VideoEvent, videoEventSchema } from '../contracts/video-event.ts';

export interface PublishContext {
  readonly database: CatalogDatabase;
  readonly sns: SNSClient;
  readonly topicArn: string;
}

/**
 * Tells the world how a revision ended, if it has ended and the world was not told. A crash between telling and noting
 * it down tells twice, which subscribers expect.
 */
export async function publishEnd(context: PublishContext, revisionId: string): Promise<void> {
  const ended = await findUnpublishedEnd(context.database, revisionId);
  if (ended === undefined) return;
  const event = videoEvent(ended);
  await context.sns.send(
    new PublishCommand({
      TopicArn: context.topicArn,
      Message: JSON.stringify(event),
      // Subscribers may filter by it without reading the body.
      MessageAttributes: { type: { DataType: 'String', StringValue: event.type } },
    }),
  );
  await markPublished(context.database, revisionId);
}

function videoEvent({ video, revision }: RegisteredRevision): VideoEvent {
  const { status, code, message, durationMs, endedAt } = revision;
  return {
    type: videoEventSchema.shape.type.parse(`video.${status}`),
    videoId: video.id,
    revisionId: revision.id,
    revision: revision.number,
    bucket: video.bucket,
    key: video.key,
    ...(code === null ? {} : { code }),
    ...(message === null ? {} : { message }),
    ...(durationMs === null ? {} : { durationMs }),
    time: (endedAt ?? new Date()).toISOString(),
  };
}
