import * as z from 'zod';
import { ApiError } from '../aws-api/api-error.ts';
import type { ApiService } from '../aws-api/api-service.ts';
import type { AccessTable } from '../aws-api/json-operations.ts';
import { queryOperation, queryService } from '../aws-api/query-operations.ts';
import type { Publication } from './notification.ts';
import type { Sns } from './sns.ts';

const messageSchema = z.object({
  Message: z.string(),
  Subject: z.string().max(100).optional(),
  /** `json` if the message is an object of messages by protocol. */
  MessageStructure: z.literal('json').optional(),
  MessageAttributes: z
    .array(
      z.object({
        Name: z.string(),
        Value: z.object({
          DataType: z
            .string()
            .regex(
              /^(String|Number)(\..+)?$/,
              'must be String or Number, since the laptop cloud supports no Binary attributes',
            ),
          StringValue: z.string().min(1),
        }),
      }),
    )
    .default([]),
});

const publishSchema = messageSchema.extend({ TopicArn: z.string().optional(), TargetArn: z.string().optional() });
const batchSchema = z.object({
  TopicArn: z.string(),
  PublishBatchRequestEntries: z
    .array(messageSchema.extend({ Id: z.string() }))
    .min(1)
    .max(10),
});

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html */
const SNS_ACCESS: AccessTable<'Publish' | 'PublishBatch'> = {
  Publish: (input) => [{ action: 'sns:Publish', resource: input.text('TopicArn', 'TargetArn') }],
  PublishBatch: (input) => [{ action: 'sns:Publish', resource: input.text('TopicArn') }],
};

/** Makes the supported part of the SNS API; topics are defined by the template. */
export function snsApi(sns: Sns): ApiService {
  return queryService('sns', 'http://sns.amazonaws.com/doc/2010-03-31/', SNS_ACCESS, {
    Publish: queryOperation(publishSchema, async (input) => ({
      MessageId: await sns.getByArn(input.TopicArn ?? input.TargetArn ?? '').publish(toPublication(input)),
    })),
    PublishBatch: queryOperation(batchSchema, async ({ TopicArn: arn, PublishBatchRequestEntries: entries }) => {
      const topic = sns.getByArn(arn);
      const ids = entries.map(({ Id }) => Id);
      if (new Set(ids).size < ids.length) {
        throw new ApiError(
          'BatchEntryIdsNotDistinct',
          400,
          'Two or more batch entries in the request have the same Id',
        );
      }
      const results = await Promise.all(
        entries.map(async (entry) => {
          try {
            return { successful: { Id: entry.Id, MessageId: await topic.publish(toPublication(entry)) } };
          } catch (error) {
            if (!(error instanceof ApiError)) throw error;
            return {
              failed: { Id: entry.Id, Code: error.code, Message: error.message, SenderFault: error.senderFault },
            };
          }
        }),
      );
      return {
        Successful: { member: results.flatMap(({ successful = [] }) => successful) },
        Failed: { member: results.flatMap(({ failed = [] }) => failed) },
      };
    }),
  }, { deniedCode: 'AuthorizationError' });
}

/** @throws ApiError `InvalidParameter` if the structure is `json` and the message is not */
function toPublication(input: z.infer<typeof messageSchema>): Publication {
  const attributes = Object.fromEntries(input.MessageAttributes.map(({ Name, Value }) => [Name, Value]));
  const publication = { message: input.Message, subject: input.Subject, attributes };
  if (input.MessageStructure === undefined) return publication;
  const messages = parseMessagesByProtocol(input.Message);
  return { ...publication, message: messages.default, messageByProtocol: messages };
}

function parseMessagesByProtocol(text: string): Readonly<Record<string, string>> & { readonly default: string } {
  try {
    return z.object({ default: z.string() }).catchall(z.string()).parse(JSON.parse(text));
  } catch (cause) {
    const message = 'Invalid parameter: Message Structure - No default entry in JSON message body';
    throw new ApiError('InvalidParameter', 400, message, { cause });
  }
}
