import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { CompletionMessage } from '../contracts/completion-messages.ts';

/** Puts a message into the completion function's queue. */
export type Announce = (message: CompletionMessage) => Promise<void>;

export const announceTo =
  (sqs: SQSClient, queueUrl: string): Announce =>
  async (message) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) }));
  };
