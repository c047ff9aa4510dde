import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { RegisteredRevision } from '../../catalog/revisions/find-revision.ts';
import { isKnownWarning } from '../contracts/source-warnings.ts';
import { type VideoEvent, videoEventSchema } from '../contracts/video-event.ts';

/** Topic of video events. */
interface EventTopic {
  readonly sns: SNSClient;
  readonly topicArn: string;
}

/** Publishes how a revision ended. */
export async function publishEnd(topic: EventTopic, ended: RegisteredRevision): Promise<void> {
  await publish(topic, endEvent(ended));
}

/** Publishes that the source of a revision plays, unless it no longer does. */
export async function publishPlayable(topic: EventTopic, { video, revision }: RegisteredRevision): Promise<void> {
  const { justInTime, status } = revision;
  if (justInTime === null || justInTime.level === 'none' || status === 'rejected' || status === 'deleted') return;
  await publish(topic, {
    ...eventOf({ video, revision }, 'video.playable'),
    plays: justInTime.level,
    ...(justInTime.film === undefined ? {} : { durationMs: justInTime.film.durationMs }),
    time: justInTime.recordedAt,
  });
}

async function publish({ sns, topicArn }: EventTopic, event: VideoEvent): Promise<void> {
  await sns.send(
    new PublishCommand({
      TopicArn: topicArn,
      Message: JSON.stringify(event),
      // Lets subscribers filter by type without reading the body.
      MessageAttributes: { type: { DataType: 'String', StringValue: event.type } },
    }),
  );
}

function eventOf({ video, revision }: RegisteredRevision, type: VideoEvent['type']): Omit<VideoEvent, 'time'> {
  return {
    type,
    videoId: video.id,
    revisionId: revision.id,
    revision: revision.number,
    bucket: video.bucket,
    key: video.key,
    withdrawn: video.withdrawnAt !== null,
  };
}

function endEvent(ended: RegisteredRevision): VideoEvent {
  const { status, code, message, durationMs, warnings, endedAt } = ended.revision;
  return {
    ...eventOf(ended, videoEventSchema.shape.type.parse(`video.${status}`)),
    ...(code === null ? {} : { code }),
    ...(message === null ? {} : { message }),
    ...(durationMs === null ? {} : { durationMs }),
    ...(status === 'ready' ? { warnings: warnings.filter(isKnownWarning) } : {}),
    time: (endedAt ?? new Date()).toISOString(),
  };
}
