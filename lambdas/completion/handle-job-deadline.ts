import { GetJobCommand, type Job, type MediaConvertClient, NotFoundException } from '@aws-sdk/client-mediaconvert';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { END_CODES } from '../contracts/end-codes.ts';
import { findRevision } from '../../catalog/revisions/find-revision.ts';
import type { Revision } from '../../catalog/schema/index.ts';
import { ENDED_STATUSES } from '../../catalog/schema/revision-status.ts';
import type { JobDeadline } from '../contracts/completion-messages.ts';
import type { JobStateChange } from '../contracts/job-state-change.ts';
import { failAttempt, type FailAttemptContext } from './fail-attempt.ts';
import { jobAllowanceMs, type SetJobDeadline } from '../chain/job-deadlines.ts';
import type { PublishMetric } from '../chain/publish-metric.ts';
import { endedJobEvent } from './ended-job-event.ts';

export interface JobDeadlineContext extends FailAttemptContext {
  readonly mediaConvert: MediaConvertClient;
  /** Id of this deployment, whose jobs alone are looked at. */
  readonly deployment: string;
  readonly sns: SNSClient;
  /** ARN of the topic of job states. */
  readonly transcodeEventsArn: string;
  readonly setDeadline: SetJobDeadline;
  readonly publishMetric: PublishMetric;
  /** Minimum time for every job, in minutes. */
  readonly jobDeadlineMinutes: number;
}

/** Maximum number of checks of a job, of which a queued one reaches the last after six days. */
const MAX_CHECKS = 43;

/** Times its allowance that a job may run. */
const MAX_ALLOWANCES = 2;

/**
 * Checks the job of a revision that has not ended, with one request to the encoder, and schedules the next check. EventBridge
 * may deliver events late, and gives up after a day. Depending on what the encoder reports:
 *
 * - the job has ended, so its event or a step's message may be lost: publishes the event again, which changes nothing if it
 *   was only late, and ends the revision if that has not helped within the job's allowance;
 * - the job is queued, for instance after many uploads at once: checks again later, up to a limit;
 * - the job is running: ends the revision once that takes twice its allowance, which cancels the job;
 * - the job does not exist: ends the revision.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/ref/event-delivery-level.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
export async function handleJobDeadline(context: JobDeadlineContext, deadline: JobDeadline): Promise<void> {
  const { database, logger } = context;
  const { revisionId, attemptId, jobId } = deadline;
  const revision = (await findRevision(database, revisionId))?.revision;
  if (revision === undefined || revision.attemptId !== attemptId || ENDED_STATUSES.has(revision.status)) return;
  const job = await findJob(context, jobId);
  logger.info('job checked', { ...deadline, status: job?.Status ?? 'unknown' });
  const event = job === undefined ? undefined : endedJobEvent(job);
  if (job === undefined) {
    await end(context, deadline, 'encoder_error', `Job ${jobId} does not exist in the encoder.`);
  } else if (event === undefined) {
    await checkAgainOrEnd(context, deadline, revision, job);
  } else {
    await republishOrEnd(context, deadline, revision, event);
  }
}

/** @returns undefined for a job that does not exist or that this deployment did not submit */
async function findJob(
  { mediaConvert, deployment }: JobDeadlineContext,
  jobId: string,
): Promise<Job | undefined> {
  try {
    const { Job: job } = await mediaConvert.send(new GetJobCommand({ Id: jobId }));
    return job?.UserMetadata?.['deployment'] === deployment ? job : undefined;
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}

async function checkAgainOrEnd(
  context: JobDeadlineContext,
  deadline: JobDeadline,
  revision: Revision,
  job: Job,
): Promise<void> {
  const startedAt = job.Status === 'PROGRESSING' ? job.Timing?.StartTime : undefined;
  const isOverdue =
    startedAt !== undefined && Date.now() - startedAt.getTime() >= MAX_ALLOWANCES * allowanceMs(context, revision);
  if (isOverdue || deadline.look >= MAX_CHECKS) {
    await end(context, deadline, 'encoder_timeout', `Job ${deadline.jobId}.`);
    return;
  }
  await context.setDeadline({ ...deadline, look: deadline.look + 1 }, revision.source?.durationMs);
  publishAge(context, revision);
}

async function republishOrEnd(
  context: JobDeadlineContext,
  deadline: JobDeadline,
  revision: Revision,
  event: JobStateChange,
): Promise<void> {
  const { sns, transcodeEventsArn, setDeadline } = context;
  const { endedSince = new Date().toISOString() } = deadline;
  if (Date.now() - Date.parse(endedSince) >= allowanceMs(context, revision)) {
    await end(context, deadline, 'processing_timeout', `Job ${deadline.jobId}.`);
    return;
  }
  context.logger.warn('event of an ended job published again', { ...deadline });
  await setDeadline({ ...deadline, look: deadline.look + 1, endedSince }, revision.source?.durationMs);
  await sns.send(new PublishCommand({ TopicArn: transcodeEventsArn, Message: JSON.stringify(event) }));
  publishAge(context, revision);
}

/** Publishes the age of a revision whose job is checked again: nothing is published of one that has ended. */
function publishAge({ publishMetric }: JobDeadlineContext, { id: revisionId, createdAt }: Revision): void {
  publishMetric('UnfinishedAge', (Date.now() - createdAt.getTime()) / 1000, { revisionId });
}

function allowanceMs({ jobDeadlineMinutes }: JobDeadlineContext, { source }: Revision): number {
  return jobAllowanceMs(source?.durationMs, jobDeadlineMinutes);
}

async function end(
  context: JobDeadlineContext,
  { revisionId, attemptId }: JobDeadline,
  code: 'encoder_error' | 'encoder_timeout' | 'processing_timeout',
  detail: string,
): Promise<void> {
  await failAttempt(context, { revisionId, attemptId, code, message: `${END_CODES[code].message} ${detail}` });
}
