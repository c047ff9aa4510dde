import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { CompletionMessage } from '../contracts/completion-messages.ts';

/** Puts a message into the completion function's queue, to be handed out at once or some seconds later, 900 at most. */
export type Announce = (message: CompletionMessage, delaySeconds?: number) => Promise<void>;

export function announceTo(sqs: SQSClient, queueUrl: string): Announce {
  return async (message, delaySeconds) => {
    const delay = delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds };
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message), ...delay }));
  };
}
