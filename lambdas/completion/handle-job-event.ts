import type { Logger } from '@aws-lambda-powertools/logger';
import type { MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { END_CODES } from '../../catalog/end-codes.ts';
import { endWithCode } from '../../catalog/queries/end-revision.ts';
import { findRevision } from '../../catalog/queries/find-revision.ts';
import { recordJob } from '../../catalog/queries/record-job.ts';
import { ENDED } from '../../catalog/status.ts';
import type { JobStateChange } from '../contracts/job-state-change.ts';
import { cancelJob } from '../runtime/cancel-job.ts';
import { isInputFault } from '../transcode/job-errors.ts';

export interface JobEventContext {
  readonly database: CatalogDatabase;
  readonly mediaConvert: MediaConvertClient;
  readonly logger: Logger;
}

/**
 * What happens to a revision because of its job: adopts one whose recording was lost, cancels one that nobody claims, and
 * ends the revision with a job that ended badly.
 */
export async function handleJobEvent(context: JobEventContext, { detail }: JobStateChange): Promise<void> {
  const { database } = context;
  const { jobId, status, userMetadata, errorCode, errorMessage } = detail;
  const { revisionId, attemptId } = userMetadata;
  if (status === 'PROGRESSING') {
    await adoptOrCancel(context, { revisionId, attemptId, jobId });
  } else if (status === 'CANCELED') {
    await endWithCode(database, revisionId, 'encoder_canceled', { attemptId, message: withJob('encoder_canceled', jobId) });
  } else if (status === 'ERROR') {
    const fault = {
      ...(errorCode === undefined ? {} : { errorCode }),
      ...(errorMessage === undefined ? {} : { errorMessage }),
    };
    const code = isInputFault(fault) ? 'damaged_file' : 'encoder_error';
    context.logger.warn('job failed', { jobId, code, errorCode, errorMessage });
    const message = code === 'encoder_error' ? withJob(code, jobId, errorMessage) : END_CODES[code].message;
    await endWithCode(database, revisionId, code, { attemptId, message });
  }
}

async function adoptOrCancel(
  { database, mediaConvert, logger }: JobEventContext,
  job: { readonly revisionId: string; readonly attemptId: string; readonly jobId: string },
): Promise<void> {
  const claimed = await recordJob(database, job);
  const revision = claimed ? (await findRevision(database, job.revisionId))?.revision : undefined;
  // A ready revision's job has ended by itself; any other end leaves a job that would only cost money.
  if (revision !== undefined && (revision.status === 'ready' || !ENDED.has(revision.status))) return;
  logger.warn('job canceled', { ...job, reason: claimed ? 'revision has ended' : 'attempt is not claimed' });
  await cancelJob(mediaConvert, job.jobId);
}

const withJob = (code: 'encoder_error' | 'encoder_canceled', jobId: string, reason?: string): string =>
  `${END_CODES[code].message} Job ${jobId}${reason === undefined ? '' : `: ${reason}`}.`;
