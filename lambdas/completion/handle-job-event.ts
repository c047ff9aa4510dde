import type { MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { END_CODES, type EndCodeName } from '../contracts/end-codes.ts';
import { recordPercent } from '../../catalog/revisions/record-percent.ts';
import { recordJob, type SubmittedJob } from '../../catalog/revisions/record-job.ts';
import { ENDED_STATUSES } from '../../catalog/schema/revision-status.ts';
import { endCodeOfJobError } from '../contracts/job-errors.ts';
import { findSoundFault } from '../contracts/sound-faults.ts';
import type { JobStateChange } from '../contracts/job-state-change.ts';
import { failAttempt, type FailAttemptContext } from './fail-attempt.ts';
import { cancelJob } from '../chain/cancel-job.ts';

export interface JobEventContext extends FailAttemptContext {
  readonly mediaConvert: MediaConvertClient;
}

/**
 * Applies a job event to its revision: adopts a job that was not recorded, cancels a job that no revision claims,
 * records progress, and ends the attempt of a failed or canceled job.
 *
 * @returns the revision's id if it may have ended
 */
export async function handleJobEvent(
  context: JobEventContext,
  { detail }: JobStateChange,
): Promise<string | undefined> {
  const { database } = context;
  const { jobId, status, userMetadata, jobProgress, errorCode, errorMessage } = detail;
  const { revisionId, attemptId } = userMetadata;
  if (status === 'PROGRESSING') {
    const hasEnded = await adoptOrCancel(context, { revisionId, attemptId, jobId });
    return hasEnded ? revisionId : undefined;
  }
  if (status === 'STATUS_UPDATE') {
    await recordPercent(database, revisionId, attemptId, jobProgress?.jobPercentComplete ?? 0);
    return undefined;
  }
  if (status === 'CANCELED') {
    const code = 'encoder_canceled';
    await failAttempt(context, { revisionId, attemptId, code, message: withJob(code, jobId) });
  } else if (status === 'ERROR') {
    const code = endCodeOfJobError({ errorCode, errorMessage });
    context.logger.warn('job failed', { jobId, code, errorCode, errorMessage });
    const { status: end, message } = END_CODES[code];
    await failAttempt(context, {
      revisionId,
      attemptId,
      code,
      message: end === 'failed' ? withJob(code, jobId, errorMessage) : message,
      soundFault: findSoundFault({ errorCode, errorMessage }),
    });
  }
  return revisionId;
}

/** @returns whether the revision that claims the job has ended */
async function adoptOrCancel({ database, mediaConvert, logger }: JobEventContext, job: SubmittedJob): Promise<boolean> {
  const revision = await recordJob(database, job);
  const hasEnded = revision !== undefined && ENDED_STATUSES.has(revision.status);
  // The job of a ready revision has already ended; after any other end it would only cost money.
  if (revision?.status === 'ready' || (revision !== undefined && !hasEnded)) return hasEnded;
  logger.warn('job canceled', { ...job, reason: hasEnded ? 'revision has ended' : 'attempt is not claimed' });
  await cancelJob(mediaConvert, job.jobId);
  return hasEnded;
}

function withJob(code: EndCodeName, jobId: string, reason?: string): string {
  return `${END_CODES[code].message} Job ${jobId}${reason === undefined ? '' : `: ${reason}`}.`;
}
