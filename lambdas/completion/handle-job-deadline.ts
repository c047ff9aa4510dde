import type { Logger } from '@aws-lambda-powertools/logger';
import { GetJobCommand, type Job, type MediaConvertClient, NotFoundException } from '@aws-sdk/client-mediaconvert';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { END_CODES } from '../contracts/end-codes.ts';
import { endWithCode } from '../chain/end-with-code.ts';
import { findRevision } from '../../catalog/revisions/find-revision.ts';
import type { Revision } from '../../catalog/schema/index.ts';
import { ENDED_STATUSES } from '../../catalog/schema/revision-status.ts';
import type { JobDeadline } from '../contracts/completion-messages.ts';
import type { JobStateChange } from '../contracts/job-state-change.ts';
import type { SetJobDeadline } from '../chain/job-deadlines.ts';
import { endedJobEvent } from './ended-job-event.ts';

export interface JobDeadlineContext {
  readonly database: CatalogDatabase;
  readonly mediaConvert: MediaConvertClient;
  readonly sns: SNSClient;
  /** ARN of the topic of job states. */
  readonly transcodeEventsArn: string;
  readonly setDeadline: SetJobDeadline;
  readonly logger: Logger;
}

/** Maximum number of checks of a job. With the default configuration, a queued job reaches it after two days or more. */
const MAX_CHECKS = 100;

/**
 * Checks an overdue job whose revision has not ended. Depending on what the encoder reports:
 *
 * - the job has ended, so its event or a step's message was lost: publishes the event again, and ends the revision if
 *   that has not helped by the next deadline;
 * - the job is queued, for instance after many uploads at once: checks again later, up to a limit;
 * - the job is running: allows it the same time again, and then ends the revision, which cancels the job;
 * - the job does not exist: ends the revision.
 */
export async function handleJobDeadline(context: JobDeadlineContext, deadline: JobDeadline): Promise<void> {
  const { database, mediaConvert, logger } = context;
  const { revisionId, attemptId, jobId } = deadline;
  const revision = (await findRevision(database, revisionId))?.revision;
  if (revision === undefined || revision.attemptId !== attemptId || ENDED_STATUSES.has(revision.status)) return;
  const job = await findJob(mediaConvert, jobId);
  logger.warn('job is overdue', { ...deadline, status: job?.Status ?? 'unknown' });
  const event = job === undefined ? undefined : endedJobEvent(job);
  if (job === undefined) {
    await end(database, deadline, 'encoder_error', `Job ${jobId} does not exist in the encoder.`);
  } else if (event === undefined) {
    await checkAgainOrEnd(context, deadline, revision, job);
  } else {
    await republishOrEnd(context, deadline, revision, event);
  }
}

async function findJob(mediaConvert: MediaConvertClient, jobId: string): Promise<Job | undefined> {
  try {
    return (await mediaConvert.send(new GetJobCommand({ Id: jobId }))).Job;
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}

async function checkAgainOrEnd(
  { database, setDeadline }: JobDeadlineContext,
  deadline: JobDeadline,
  revision: Revision,
  job: Job,
): Promise<void> {
  const isRunning = job.Status === 'PROGRESSING';
  if (deadline.look >= MAX_CHECKS || (isRunning && deadline.lastSeen === 'running')) {
    await end(database, deadline, 'encoder_timeout', `Job ${deadline.jobId}.`);
    return;
  }
  const next = { ...deadline, look: deadline.look + 1, lastSeen: isRunning ? 'running' : 'waiting' } as const;
  await setDeadline(next, revision.source?.durationMs);
}

async function republishOrEnd(
  { database, sns, transcodeEventsArn, setDeadline }: JobDeadlineContext,
  deadline: JobDeadline,
  revision: Revision,
  event: JobStateChange,
): Promise<void> {
  if (deadline.lastSeen === 'ended') {
    await end(database, deadline, 'processing_timeout', `Job ${deadline.jobId}.`);
    return;
  }
  await setDeadline({ ...deadline, look: deadline.look + 1, lastSeen: 'ended' }, revision.source?.durationMs);
  await sns.send(new PublishCommand({ TopicArn: transcodeEventsArn, Message: JSON.stringify(event) }));
}

async function end(
  database: CatalogDatabase,
  { revisionId, attemptId }: JobDeadline,
  code: 'encoder_error' | 'encoder_timeout' | 'processing_timeout',
  detail: string,
): Promise<void> {
  await endWithCode(database, revisionId, code, { attemptId, message: `${END_CODES[code].message} ${detail}` });
}
