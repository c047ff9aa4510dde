import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { RegisteredRevision } from '../../catalog/revisions/register-upload.ts';
import { isKnownWarning } from '../contracts/source-warnings.ts';
import { type VideoEvent, videoEventSchema } from '../contracts/video-event.ts';

/** Publishes how a revision ended. */
export async function publishEnd(
  { sns, topicArn }: { readonly sns: SNSClient; readonly topicArn: string },
  ended: RegisteredRevision,
): Promise<void> {
  const event = videoEvent(ended);
  await sns.send(
    new PublishCommand({
      TopicArn: topicArn,
      Message: JSON.stringify(event),
      // Lets subscribers filter by type without reading the body.
      MessageAttributes: { type: { DataType: 'String', StringValue: event.type } },
    }),
  );
}

function videoEvent({ video, revision }: RegisteredRevision): VideoEvent {
  const { status, code, message, durationMs, warnings, endedAt } = revision;
  return {
    type: videoEventSchema.shape.type.parse(`video.${status}`),
    videoId: video.id,
    revisionId: revision.id,
    revision: revision.number,
    bucket: video.bucket,
    key: video.key,
    withdrawn: video.withdrawnAt !== null,
    ...(code === null ? {} : { code }),
    ...(message === null ? {} : { message }),
    ...(durationMs === null ? {} : { durationMs }),
    ...(status === 'ready' ? { warnings: warnings.filter(isKnownWarning) } : {}),
    time: (endedAt ?? new Date()).toISOString(),
  };
}
