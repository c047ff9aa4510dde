import type { Queue } from './queue.ts';
import type { Sqs } from './sqs.ts';

/**
 * Returns the attributes of a queue by name.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
 */
export function describeQueue(queue: Queue, sqs: Sqs): Readonly<Record<string, string | undefined>> {
  const { settings } = queue;
  const { visible, inFlight, delayed } = queue.countMessages();
  const policy = sqs.getPolicy(settings.arn);
  return {
    QueueArn: settings.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
    DelaySeconds: String(settings.delaySeconds),
    MessageRetentionPeriod: String(settings.retentionSeconds),
    MaximumMessageSize: String(settings.maximumMessageBytes),
    ReceiveMessageWaitTimeSeconds: String(settings.receiveWaitSeconds),
    SqsManagedSseEnabled: 'true',
    Policy: policy === undefined ? undefined : JSON.stringify(policy),
    RedrivePolicy:
      settings.redrive &&
      JSON.stringify({
        deadLetterTargetArn: settings.redrive.deadLetterQueue.settings.arn,
        maxReceiveCount: settings.redrive.maxReceiveCount,
      }),
  };
}
