import type { Logger } from '@aws-lambda-powertools/logger';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { describeError } from './logger.ts';

/**
 * Handles the messages of a batch concurrently. Only failed messages return to the queue.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export async function handleBatch(
  event: SQSEvent,
  logger: Logger,
  handle: (record: SQSRecord) => Promise<void>,
): Promise<SQSBatchResponse> {
  const outcomes = await Promise.allSettled(event.Records.map(async (record) => handle(record)));
  const failed = event.Records.filter((record, index) => {
    const outcome = outcomes[index];
    if (outcome?.status !== 'rejected') return false;
    const receiveCount = Number(record.attributes.ApproximateReceiveCount);
    logger.error('message failed', { messageId: record.messageId, receiveCount, error: describeError(outcome.reason) });
    return true;
  });
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
