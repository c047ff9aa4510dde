import { ChangeMessageVisibilityCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';

/** About as long as a throttled request or a resuming database takes at most; then the pauses stop growing. */
const MAX_SECONDS = 300;

/** Makes a message visible again after a short pause. @returns the pause, in seconds */
export type PostponeMessage = (record: SQSRecord) => Promise<number>;

/**
 * Returns the pause before a message is delivered again: one or two seconds, doubling with each receive up to five minutes,
 * of which the second half is random, so that messages that failed together do not return together.
 */
export function retryPauseSeconds(receiveCount: number, random: () => number = Math.random): number {
  const seconds = Math.min(MAX_SECONDS, 2 ** receiveCount);
  return Math.ceil(seconds / 2 + (random() * seconds) / 2);
}

/**
 * Returns a function that sets the visibility timeout of a message to a pause that grows with its receives. The queue must be
 * one that feeds this function, whose role may therefore look it up and change the visibility of its messages.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 */
export function messagePostponer(sqs: SQSClient, random: () => number = Math.random): PostponeMessage {
  const urls = new Map<string, string | undefined>();
  const urlOf = async (arn: string): Promise<string | undefined> => {
    if (!urls.has(arn)) {
      const name = arn.slice(arn.lastIndexOf(':') + 1);
      urls.set(arn, (await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl);
    }
    return urls.get(arn);
  };
  return async ({ eventSourceARN, receiptHandle, attributes }) => {
    const seconds = retryPauseSeconds(Number(attributes.ApproximateReceiveCount), random);
    const QueueUrl = await urlOf(eventSourceARN);
    const change = { QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds };
    await sqs.send(new ChangeMessageVisibilityCommand(change));
    return seconds;
  };
}
