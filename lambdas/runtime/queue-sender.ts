import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Sends a message to one queue, for delivery now or after a delay of up to 900 seconds. */
export type SendToQueue<Message> = (message: Message, delaySeconds?: number) => Promise<void>;

/** Returns a function that sends messages to a queue as JSON. The role needs `sqs:SendMessage`: `work.grantSend(fn, …)`. */
export function queueSender<Message>(sqs: SQSClient, queueUrl: string): SendToQueue<Message> {
  return async (message, delaySeconds) => {
    const delay = delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds };
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message), ...delay }));
  };
}
