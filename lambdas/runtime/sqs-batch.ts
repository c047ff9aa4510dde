import type { Logger } from '@aws-lambda-powertools/logger';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { isPassingError } from './is-passing-error.ts';
import { describeError } from './logger.ts';
import type { PostponeMessage } from './postpone-message.ts';

export interface BatchContext {
  readonly logger: Logger;
  /** Shortens the time until a message is delivered again. */
  readonly postpone: PostponeMessage;
  /** Is told of every failed delivery, with the time since the first one. */
  readonly reportFailure: (record: SQSRecord, failingMs: number) => void;
}

/**
 * Handles the messages of a batch concurrently. Only failed messages return to the queue: within seconds if the error will
 * pass, and otherwise at the end of their visibility timeout.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export async function handleBatch(
  event: SQSEvent,
  { logger, postpone, reportFailure }: BatchContext,
  handle: (record: SQSRecord) => Promise<void>,
): Promise<SQSBatchResponse> {
  const outcomes = await Promise.allSettled(event.Records.map(async (record) => handle(record)));
  const failures = event.Records.flatMap((record, index) => {
    const outcome = outcomes[index];
    return outcome?.status === 'rejected' ? [{ record, reason: outcome.reason as unknown }] : [];
  });
  await Promise.all(
    failures.map(async ({ record, reason }) => {
      reportFailure(record, Date.now() - Number(record.attributes.ApproximateFirstReceiveTimestamp));
      const about = { messageId: record.messageId, receiveCount: Number(record.attributes.ApproximateReceiveCount) };
      if (!isPassingError(reason)) {
        logger.error('message failed', { ...about, error: describeError(reason) });
        return;
      }
      try {
        const pauseSeconds = await postpone(record);
        logger.warn('message postponed', { ...about, pauseSeconds, error: describeError(reason) });
      } catch (error) {
        // The message returns at the end of its visibility timeout.
        logger.error('message not postponed', { ...about, error: describeError(error), after: describeError(reason) });
      }
    }),
  );
  return { batchItemFailures: failures.map(({ record }) => ({ itemIdentifier: record.messageId })) };
}
