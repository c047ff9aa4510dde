import * as z from 'zod';
import type { ApiCall, ApiService } from '../aws-api/api-service.ts';
import { jsonOperation, jsonService, type JsonOperation } from '../aws-api/json-operations.ts';
import { SQS_ACCESS } from './access.ts';
import { batchOperation } from './batch.ts';
import {
  md5OfAttributes,
  md5OfBody,
  messageAttributesSchema,
  type Message,
  type MessageAttributes,
} from './message.ts';
import type { Queue } from './queue.ts';
import { describeQueue } from './queue-attributes.ts';
import { describeReceivedMessage, selectionSchema } from './received-message.ts';
import { invalidParameterError, sqsError } from './sqs-error.ts';
import type { Sqs } from './sqs.ts';

const onQueue = z.object({ QueueUrl: z.string() });

const outgoingSchema = z.object({
  MessageBody: z.string(),
  DelaySeconds: z.number().int().min(0).max(900).optional(),
  MessageAttributes: messageAttributesSchema.optional(),
});

const visibilitySchema = z.object({
  ReceiptHandle: z.string(),
  VisibilityTimeout: z.number().int().min(0).max(43_200),
});

const receiveSchema = onQueue.extend(selectionSchema.shape).extend({
  MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
  VisibilityTimeout: z.number().int().min(0).max(43_200).optional(),
  WaitTimeSeconds: z.number().int().min(0).max(20).optional(),
});

const MAX_ATTRIBUTES = 10;

function operation<Schema extends z.ZodType>(
  schema: Schema,
  run: (input: z.infer<Schema>, call: ApiCall) => Promise<object> | object,
): JsonOperation {
  return jsonOperation(schema, run, 'InvalidParameterValueException');
}

/** Makes the supported part of the SQS API; queues are defined by the template. */
export function sqsApi(sqs: Sqs): ApiService {
  return jsonService('sqs', 'AmazonSQS', SQS_ACCESS, {
    SendMessage: operation(onQueue.extend(outgoingSchema.shape), async (input, call) =>
      describeSent(await send(sqs.getByUrl(input.QueueUrl), input, call)),
    ),
    SendMessageBatch: batchOperation(sqs, outgoingSchema, async (queue, entry, call) =>
      describeSent(await send(queue, entry, call)),
    ),
    ReceiveMessage: operation(receiveSchema, async (input, call) => {
      const queue = sqs.getByUrl(input.QueueUrl);
      const messages = await queue.receiveMessages({
        max: input.MaxNumberOfMessages,
        visibilityTimeoutSeconds: input.VisibilityTimeout ?? queue.settings.visibilityTimeoutSeconds,
        waitMs: (input.WaitTimeSeconds ?? queue.settings.receiveWaitSeconds) * 1000,
        signal: makeDisconnectSignal(call),
      });
      return messages.length === 0
        ? {}
        : { Messages: messages.map((message) => describeReceivedMessage(message, input)) };
    }),
    DeleteMessage: operation(onQueue.extend({ ReceiptHandle: z.string() }), async (input) => {
      await sqs.getByUrl(input.QueueUrl).delete(input.ReceiptHandle);
      return {};
    }),
    DeleteMessageBatch: batchOperation(sqs, z.object({ ReceiptHandle: z.string() }), async (queue, entry) => {
      await queue.delete(entry.ReceiptHandle);
      return {};
    }),
    ChangeMessageVisibility: operation(onQueue.extend(visibilitySchema.shape), async (input) => {
      await sqs.getByUrl(input.QueueUrl).changeVisibility(input.ReceiptHandle, input.VisibilityTimeout);
      return {};
    }),
    ChangeMessageVisibilityBatch: batchOperation(sqs, visibilitySchema, async (queue, entry) => {
      await queue.changeVisibility(entry.ReceiptHandle, entry.VisibilityTimeout);
      return {};
    }),
    PurgeQueue: operation(onQueue, async (input) => {
      await sqs.getByUrl(input.QueueUrl).purge();
      return {};
    }),
    GetQueueUrl: operation(z.object({ QueueName: z.string() }), (input) => ({
      QueueUrl: sqs.urlOf(sqs.getByName(input.QueueName)),
    })),
    ListQueues: operation(z.object({ QueueNamePrefix: z.string().default('') }), (input) => ({
      QueueUrls: sqs
        .list()
        .filter(({ settings }) => settings.name.startsWith(input.QueueNamePrefix))
        .map((queue) => sqs.urlOf(queue)),
    })),
    ListDeadLetterSourceQueues: operation(onQueue, (input) => {
      const deadLetterQueue = sqs.getByUrl(input.QueueUrl);
      const sources = sqs.list().filter(({ settings }) => settings.redrive?.deadLetterQueue === deadLetterQueue);
      return { queueUrls: sources.map((queue) => sqs.urlOf(queue)) };
    }),
    GetQueueAttributes: operation(
      onQueue.extend({ AttributeNames: z.array(z.string()).default([]) }),
      ({ QueueUrl, AttributeNames: names }) => {
        const all = describeQueue(sqs.getByUrl(QueueUrl), sqs);
        const unknown = names.find((name) => name !== 'All' && !Object.hasOwn(all, name));
        if (unknown !== undefined) throw sqsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
        const chosen = Object.entries(all).filter(
          ([name, value]) => value !== undefined && (names.includes('All') || names.includes(name)),
        );
        return { Attributes: Object.fromEntries(chosen) };
      },
    ),
  });
}

async function send(queue: Queue, input: z.infer<typeof outgoingSchema>, { caller }: ApiCall): Promise<Message> {
  const attributes: MessageAttributes = input.MessageAttributes ?? {};
  const names = Object.keys(attributes);
  if (names.length > MAX_ATTRIBUTES) {
    throw invalidParameterError(
      `Number of message attributes [${names.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  }
  const empty = names.find((name) => !(attributes[name]?.StringValue ?? attributes[name]?.BinaryValue));
  if (empty !== undefined)
    throw invalidParameterError(`Message (user) attribute '${empty}' must contain a non-empty value.`);
  return queue.send({
    body: input.MessageBody,
    attributes,
    senderId: caller.accessKeyId,
    ...(input.DelaySeconds !== undefined && { delaySeconds: input.DelaySeconds }),
  });
}

function describeSent({ id, body, attributes }: Message): object {
  return {
    MessageId: id,
    MD5OfMessageBody: md5OfBody(body),
    MD5OfMessageAttributes: md5OfAttributes(attributes),
  };
}

/** Returns a signal that aborts when the client disconnects, so that no message is received without a receiver. */
function makeDisconnectSignal({ response }: ApiCall): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}
