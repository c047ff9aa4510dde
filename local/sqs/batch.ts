import * as z from 'zod';
import { ApiError } from '../aws-api/api-error.ts';
import type { ApiCall } from '../aws-api/api-service.ts';
import { jsonOperation, type JsonOperation } from '../aws-api/json-operations.ts';
import { messageAttributesSchema, sizeOf } from './message.ts';
import type { Queue } from './queue.ts';
import { sqsError } from './sqs-error.ts';
import type { Sqs } from './sqs.ts';

const MAX_ENTRIES = 10;
const MAX_BATCH_BYTES = 1024 * 1024;

const batchSchema = z.object({
  QueueUrl: z.string(),
  Entries: z
    .array(
      z.looseObject({
        Id: z.string(),
        MessageBody: z.string().optional(),
        MessageAttributes: messageAttributesSchema.optional(),
      }),
    )
    .default([]),
});

/**
 * Makes an operation that treats each entry of a request separately: one failure does not affect other entries.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html
 */
export function batchOperation<Schema extends z.ZodType>(
  sqs: Sqs,
  entrySchema: Schema,
  run: (queue: Queue, entry: z.infer<Schema>, call: ApiCall) => Promise<object>,
): JsonOperation {
  return jsonOperation(
    batchSchema,
    async ({ QueueUrl, Entries: entries }, call) => {
      const queue = sqs.getByUrl(QueueUrl);
      requireValidBatch(entries);
      const results = await Promise.all(
        entries.map(async (entry) => {
          try {
            const parsed = entrySchema.safeParse(entry);
            if (!parsed.success) throw sqsError('InvalidParameterValue', z.prettifyError(parsed.error));
            return { successful: { Id: entry.Id, ...(await run(queue, parsed.data, call)) } };
          } catch (error) {
            if (!(error instanceof ApiError)) throw error;
            return {
              failed: { Id: entry.Id, Code: error.code, Message: error.message, SenderFault: error.senderFault },
            };
          }
        }),
      );
      return {
        Successful: results.flatMap(({ successful = [] }) => successful),
        Failed: results.flatMap(({ failed = [] }) => failed),
      };
    },
    'InvalidParameterValueException',
  );
}

function requireValidBatch(entries: z.infer<typeof batchSchema>['Entries']): void {
  if (entries.length === 0) throw batchError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > MAX_ENTRIES) {
    throw batchError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${MAX_ENTRIES}.`);
  }
  if (entries.some(({ Id }) => !/^[\w-]{1,80}$/.test(Id))) {
    throw batchError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores.',
    );
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw batchError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  const bytes = entries.reduce(
    (sum, { MessageBody: body = '', MessageAttributes: attributes = {} }) => sum + sizeOf(body, attributes),
    0,
  );
  if (bytes > MAX_BATCH_BYTES)
    throw batchError('BatchRequestTooLong', `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes.`);
}

function batchError(code: string, message: string): ApiError {
  return sqsError(code, message, `AWS.SimpleQueueService.${code}`);
}
