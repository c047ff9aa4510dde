import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { DeadLetter, RedriveQueue, RedriveRequest, RedriveResponse } from '../contracts/redrive.ts';
import { uploadMessageSchema } from '../contracts/upload-message.ts';

/** A queue, and the queue of its dead letters, which others may share. */
export interface QueuePair {
  readonly url: string;
  readonly deadLettersUrl: string;
}

export interface MoveContext {
  readonly sqs: SQSClient;
  readonly queues: Readonly<Record<RedriveQueue, QueuePair>>;
}

/** Dead letters that one call looks at. */
const MAX_LETTERS = 500;

/** Time for which looked-at dead letters stay hidden: longer than a call takes. */
const HIDDEN_SECONDS = 120;

/**
 * Moves the dead letters of a queue back to it. A dead letter is sent before it is deleted, so that a crash in between
 * leaves it in both queues, which its function expects.
 *
 * SQS can move dead letters by itself (`StartMessageMoveTask`), but not here: the chain's queues share one dead-letter queue,
 * of which such a task moves everything, and dead letters that EventBridge or SNS wrote come from no queue, which it does not
 * support. It cannot say what it would do either.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export async function moveDeadLetters(
  { sqs, queues }: MoveContext,
  { queue, dryRun }: Extract<RedriveRequest, { type: 'queue' }>,
): Promise<Extract<RedriveResponse, { type: 'dead-letters' }>> {
  const { url, deadLettersUrl } = queues[queue];
  const inFlight = await countInFlight(sqs, deadLettersUrl);
  const letters: DeadLetter[] = [];
  const kept: Message[] = [];
  let hasMore = true;
  while (hasMore && letters.length + kept.length < MAX_LETTERS) {
    const received = await receive(sqs, deadLettersUrl);
    hasMore = received.length > 0;
    for (const message of received) {
      const isOwn = belongsTo(message, queue, url);
      if (isOwn) letters.push(describe(message));
      if (!isOwn || dryRun) kept.push(message);
      else await move(sqs, { from: deadLettersUrl, to: url }, message);
    }
  }
  await showAgain(sqs, deadLettersUrl, kept);
  return { type: 'dead-letters', letters, others: kept.length - (dryRun ? letters.length : 0), inFlight, hasMore };
}

async function countInFlight(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const name = 'ApproximateNumberOfMessagesNotVisible';
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }));
  return Number(Attributes?.[name] ?? 0);
}

async function receive(sqs: SQSClient, QueueUrl: string): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: HIDDEN_SECONDS,
      MessageSystemAttributeNames: ['DeadLetterQueueSourceArn', 'SentTimestamp'],
      // Waiting asks all of the servers that hold the queue; otherwise a receive may miss messages.
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
      WaitTimeSeconds: 1,
    }),
  );
  return Messages;
}

/**
 * Returns whether a dead letter comes from a queue. One that EventBridge or SNS could not deliver names none: the content
 * says so for an upload, and the withdrawal function has its dead-letter queue to itself.
 */
function belongsTo({ Attributes, Body = '' }: Message, queue: RedriveQueue, url: string): boolean {
  const source = Attributes?.DeadLetterQueueSourceArn;
  if (source !== undefined) return nameOf(source, ':') === nameOf(url, '/');
  if (queue === 'withdrawal') return true;
  return queue === 'transcode' && uploadMessageSchema.safeParse(parse(Body)).success;
}

function nameOf(text: string, separator: string): string {
  return text.slice(text.lastIndexOf(separator) + 1);
}

async function move(sqs: SQSClient, { from, to }: { readonly from: string; readonly to: string }, message: Message): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody: message.Body }));
  await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle: message.ReceiptHandle }));
}

/** Ends the time for which dead letters are hidden; one that cannot be shown appears by itself after it. */
async function showAgain(sqs: SQSClient, QueueUrl: string, messages: readonly Message[]): Promise<void> {
  for (let first = 0; first < messages.length; first += 10) {
    const Entries = messages.slice(first, first + 10).map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}

const bodySchema = z.object({ type: z.string().optional(), 'detail-type': z.string().optional() });

function describe({ MessageId = '', Body = '', Attributes }: Message): DeadLetter {
  const { type, 'detail-type': event } = bodySchema.safeParse(parse(Body)).data ?? {};
  const about = type ?? event ?? 'unknown';
  return { messageId: MessageId, about, sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString() };
}

/** Parses JSON. @returns undefined for invalid JSON */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
