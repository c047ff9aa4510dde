import type { Job } from '@aws-sdk/client-mediaconvert';
import { type JobStateChange, jobStateChangeSchema } from '../contracts/job-state-change.ts';

/**
 * Rebuilds a job's lost end event from GetJob, with the fields that the chain reads.
 *
 * @returns undefined for a job that has not ended
 */
export function endedJobEvent(job: Job): JobStateChange | undefined {
  const { Id, Queue, Status, Timing, UserMetadata, ErrorCode, ErrorMessage, Warnings = [] } = job;
  if (Status !== 'COMPLETE' && Status !== 'ERROR' && Status !== 'CANCELED') return undefined;
  const endedAt = Timing?.FinishTime ?? new Date();
  return jobStateChangeSchema.parse({
    source: 'aws.mediaconvert',
    'detail-type': 'MediaConvert Job State Change',
    time: endedAt.toISOString(),
    detail: {
      timestamp: endedAt.getTime(),
      queue: Queue,
      jobId: Id,
      status: Status,
      userMetadata: UserMetadata,
      ...(Status === 'COMPLETE' && {
        warnings: Warnings.map(({ Code, Count }) => ({ code: Code, count: Count })),
      }),
      ...(Status === 'ERROR' && { errorCode: ErrorCode, errorMessage: ErrorMessage }),
    },
  });
}
