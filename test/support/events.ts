import type { JobMetadata, JobStateChange } from '../../lambdas/contracts/job-state-change.ts';

/** Ids of a job and of the revision that it encodes. */
export interface TestJob {
  readonly jobId: string;
  readonly queue?: string;
  readonly userMetadata: JobMetadata;
}

/** Returns the event of a job's state, as EventBridge delivers it. */
export function jobStateChange(
  { jobId, queue = 'q', userMetadata }: TestJob,
  status: JobStateChange['detail']['status'],
  more: Partial<JobStateChange['detail']> = {},
): JobStateChange {
  return {
    source: 'aws.mediaconvert',
    'detail-type': 'MediaConvert Job State Change',
    time: '2026-01-01T00:00:00Z',
    detail: { timestamp: 0, queue, jobId, status, userMetadata, ...more },
  };
}
