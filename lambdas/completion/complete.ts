import type { SQSRecord } from 'aws-lambda';
import { findRevision } from '../../catalog/revisions/find-revision.ts';
import { type CompletionInbox, completionInboxSchema } from '../contracts/completion-messages.ts';
import type { DeadLetterSource } from '../contracts/environment.ts';
import { uploadMessageSchema } from '../contracts/upload-message.ts';
import { finishRevision } from './finish-revision.ts';
import { handleDeadLetter } from './handle-dead-letter.ts';
import { handleIncompleteOutput } from './handle-incomplete-output.ts';
import { handleJobDeadline, type JobDeadlineContext } from './handle-job-deadline.ts';
import { handleJobEvent, type JobEventContext } from './handle-job-event.ts';
import { publishPlayable } from './publish-video-event.ts';
import { removeOrphanedOutput } from './remove-orphaned-output.ts';
import { settleEnd, type SettleContext } from './settle-end.ts';

export interface CompletionContext extends JobEventContext, JobDeadlineContext, SettleContext {
  /** Components by the ARN of the queue that their dead letters come from; completion's own queue is not among them. */
  readonly deadLetterSources: ReadonlyMap<string, DeadLetterSource>;
}

/**
 * Ends a revision when a message requires it, and publishes the end. Messages may arrive repeatedly, late or out of
 * order.
 *
 * @throws Error if a retry can help
 */
export async function complete(
  context: CompletionContext,
  record: Pick<SQSRecord, 'body' | 'attributes' | 'messageAttributes'>,
): Promise<void> {
  const body = parseJson(record.body);
  const source = deadLetterSourceOf(context, record, body);
  const undelivered = undeliveredBecause(record);
  if (source !== undefined || undelivered !== undefined)
    context.logger.warn('dead letter received', { source, receiveCount: record.attributes.ApproximateReceiveCount, undelivered });
  const revisionId =
    source === undefined
      ? await handleInbox(context, completionInboxSchema.parse(body))
      : await handleDeadLetter(context.database, source, body, context.logger);
  if (revisionId !== undefined) await settleEnd(context, revisionId);
}

/**
 * Returns the component that a dead letter was meant for; undefined for completion's own messages. An event that EventBridge
 * or SNS could not deliver never was in a queue: that of an upload is recognized by its content; that of a complete job names
 * no step, and the job's deadline makes up for it.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
function deadLetterSourceOf(
  { deadLetterSources }: CompletionContext,
  { attributes }: Pick<SQSRecord, 'attributes'>,
  body: unknown,
): DeadLetterSource | undefined {
  const queueArn = attributes.DeadLetterQueueSourceArn;
  if (queueArn !== undefined) return deadLetterSources.get(queueArn);
  return uploadMessageSchema.safeParse(body).success ? 'transcode' : undefined;
}

/**
 * Returns why EventBridge could not deliver an event, since the dead letter is gone once it is handled.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
function undeliveredBecause({ messageAttributes }: Pick<SQSRecord, 'messageAttributes'>): object | undefined {
  const textOf = (name: string) => messageAttributes[name]?.stringValue;
  const code = textOf('ERROR_CODE');
  return code === undefined ? undefined : { code, message: textOf('ERROR_MESSAGE'), rule: textOf('RULE_ARN') };
}

/** @returns the revision that may have ended because of this message or earlier */
async function handleInbox(context: CompletionContext, message: CompletionInbox): Promise<string | undefined> {
  if ('detail' in message) {
    const { jobId, status, userMetadata: job } = message.detail;
    if (job.deployment !== context.deployment) {
      // The rule lets only events of this deployment through.
      context.logger.warn('event of a foreign job ignored', { jobId, deployment: job.deployment });
      return undefined;
    }
    const revisionId = await handleJobEvent(context, message);
    if (status !== 'PROGRESSING') await removeOrphanedOutput(context, job.revisionId, job.attemptId);
    return revisionId;
  }
  if (message.type === 'revision-ended') {
    // Cancels the job first: until then it writes, and no further event removes what a job leaves that completes meanwhile.
    await settleEnd(context, message.revisionId);
    await removeOrphanedOutput(context, message.revisionId);
    return undefined;
  }
  if (message.type === 'source-playable') {
    const found = await findRevision(context.database, message.revisionId);
    if (found !== undefined) await publishPlayable(context, found);
    return undefined;
  }
  if (message.type === 'output-incomplete') {
    await handleIncompleteOutput(context, message);
    await removeOrphanedOutput(context, message.revisionId, message.attemptId);
  }
  if (message.type === 'job-deadline') await handleJobDeadline(context, message);
  if (message.type === 'steps-finished') await finishRevision(context.database, context.s3, message.revisionId);
  return message.revisionId;
}

/** Parses JSON. @returns undefined for invalid JSON, which matches no schema */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
