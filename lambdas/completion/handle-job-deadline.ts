import type { Logger } from '@aws-lambda-powertools/logger';
import { GetJobCommand, type Job, type MediaConvertClient, NotFoundException } from '@aws-sdk/client-mediaconvert';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { END_CODES } from '../../catalog/end-codes.ts';
import { endWithCode } from '../../catalog/queries/end-revision.ts';
import { findRevision } from '../../catalog/queries/find-revision.ts';
import type { Revision } from '../../catalog/schema/index.ts';
import type { RevisionStatus } from '../../catalog/status.ts';
import { cancelJob } from '../runtime/cancel-job.ts';
import type { SetJobDeadline } from '../runtime/job-deadlines.ts';
import { endedJobEvent } from './ended-job-event.ts';
import type { JobDeadline } from './messages.ts';

export interface JobDeadlineContext {
  readonly database: CatalogDatabase;
  readonly mediaConvert: MediaConvertClient;
  readonly sns: SNSClient;
  /** Topic of the states of jobs. */
  readonly transcodeEventsArn: string;
  readonly setDeadline: SetJobDeadline;
  readonly logger: Logger;
}

/** Statuses in which a revision waits for its job and for nothing else. */
const WAITING: readonly RevisionStatus[] = ['uploaded', 'transcoding'];

/** By the default configuration a job that is looked at so often has waited in the encoder's queue for two days at least. */
const MOST_LOOKS = 100;

/**
 * A job has had its time. If its revision still waits for it, the encoder is asked:
 *
 * - it has ended, so its event was lost: the event is published once more, to whoever it concerns;
 * - it waits in the encoder's queue, as after many uploads at once: it is looked at again, so long as there is patience;
 * - it runs: it is given its time once more, from now on, and is canceled if it is still running then;
 * - it does not exist: the revision ends.
 */
export async function handleJobDeadline(context: JobDeadlineContext, deadline: JobDeadline): Promise<void> {
  const { database, mediaConvert, sns, logger } = context;
  const { revisionId, attemptId, jobId } = deadline;
  const revision = (await findRevision(database, revisionId))?.revision;
  if (revision === undefined || revision.attemptId !== attemptId) return;
  if (!WAITING.includes(revision.status)) {
    // Whoever ended it may have died before the job was canceled.
    if (revision.code === 'encoder_timeout') await cancelJob(mediaConvert, jobId);
    return;
  }
  const job = await findJob(mediaConvert, jobId);
  logger.warn('job is overdue', { ...deadline, status: job?.Status ?? 'unknown' });
  const event = job === undefined ? undefined : endedJobEvent(job);
  if (job === undefined) {
    const message = `${END_CODES.encoder_error.message} The encoder knows no job ${jobId}.`;
    await endWithCode(database, revisionId, 'encoder_error', { attemptId, message, from: WAITING });
  } else if (event === undefined) {
    await lookAgainOrEnd(context, deadline, revision, job);
  } else {
    await sns.send(new PublishCommand({ TopicArn: context.transcodeEventsArn, Message: JSON.stringify(event) }));
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

async function lookAgainOrEnd(
  { database, mediaConvert, setDeadline }: JobDeadlineContext,
  deadline: JobDeadline,
  revision: Revision,
  job: Job,
): Promise<void> {
  const { revisionId, attemptId, jobId, look, wasRunning } = deadline;
  const isRunning = job.Status === 'PROGRESSING';
  if (!(wasRunning && isRunning) && look < MOST_LOOKS) {
    await setDeadline({ ...deadline, look: look + 1, wasRunning: isRunning }, revision.source?.durationMs);
    return;
  }
  const message = `${END_CODES.encoder_timeout.message} Job ${jobId}.`;
  // Before the job is canceled, whose event would otherwise give the revision another code.
  if (await endWithCode(database, revisionId, 'encoder_timeout', { attemptId, message, from: WAITING })) {
    await cancelJob(mediaConvert, jobId);
  }
}
