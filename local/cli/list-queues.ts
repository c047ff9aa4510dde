import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { parseJsonOrUndefined } from '../cloud/parse-json.ts';
import { clientConfig, type Running } from './running.ts';

export interface QueueStatus {
  readonly name: string;
  /** Whether other queues send their dead letters to it. */
  readonly isForDeadLetters: boolean;
  readonly waiting: number;
  readonly inFlight: number;
  readonly delayed: number;
}

const redriveSchema = z.object({ deadLetterTargetArn: z.string() });

/** Returns all queues of a running laptop cloud with the numbers of their messages. */
export async function listQueues(running: Running): Promise<readonly QueueStatus[]> {
  const sqs = new SQSClient(clientConfig(running));
  try {
    const { QueueUrls: urls = [] } = await sqs.send(new ListQueuesCommand({}));
    const all = await Promise.all(
      urls.map(async (url) => (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }))).Attributes ?? {}),
    );
    const redrives = all.map(({ RedrivePolicy }) => redriveSchema.safeParse(parseJsonOrUndefined(RedrivePolicy ?? '')).data);
    const targets = new Set(redrives.map((redrive) => redrive?.deadLetterTargetArn));
    return all.map((attributes) => {
      const arn = attributes.QueueArn ?? '';
      return {
        name: arn.slice(arn.lastIndexOf(':') + 1),
        isForDeadLetters: targets.has(arn),
        waiting: Number(attributes.ApproximateNumberOfMessages),
        inFlight: Number(attributes.ApproximateNumberOfMessagesNotVisible),
        delayed: Number(attributes.ApproximateNumberOfMessagesDelayed),
      };
    });
  } finally {
    sqs.destroy();
  }
}
