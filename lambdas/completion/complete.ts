import type { SQSRecord } from 'aws-lambda';
import { type CompletionInbox, completionInboxSchema } from '../contracts/completion-messages.ts';
import type { DeadLetterSource } from '../contracts/environment.ts';
import { finishRevision } from './finish-revision.ts';
import { handleDeadLetter } from './handle-dead-letter.ts';
import { handleJobDeadline, type JobDeadlineContext } from './handle-job-deadline.ts';
import { handleJobEvent, type JobEventContext } from './handle-job-event.ts';
import { type OrphanedOutputContext, removeOrphanedOutput } from './remove-orphaned-output.ts';
import { settleEnd, type SettleContext } from './settle-end.ts';

export interface CompletionContext extends JobEventContext, JobDeadlineContext, OrphanedOutputContext, SettleContext {
  /** Components by the ARN of their dead-letter queue; any other ARN is that of completion's own queue. */
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
  record: Pick<SQSRecord, 'body' | 'eventSourceARN'>,
): Promise<void> {
  const body = parseJson(record.body);
  const source = context.deadLetterSources.get(record.eventSourceARN);
  const revisionId =
    source === undefined
      ? await handleInbox(context, completionInboxSchema.parse(body))
      : await handleDeadLetter(context.database, source, body, context.logger);
  if (revisionId !== undefined) await settleEnd(context, revisionId);
}

/** @returns the revision that may have ended because of this message or earlier */
async function handleInbox(context: CompletionContext, message: CompletionInbox): Promise<string | undefined> {
  if ('detail' in message) {
    const revisionId = await handleJobEvent(context, message);
    const { status, userMetadata: job } = message.detail;
    if (status !== 'PROGRESSING') await removeOrphanedOutput(context, job.revisionId, job.attemptId);
    return revisionId;
  }
  if (message.type === 'revision-ended') await removeOrphanedOutput(context, message.revisionId);
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
