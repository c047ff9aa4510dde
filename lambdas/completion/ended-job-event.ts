import type { Job, OutputGroup, OutputGroupDetail } from '@aws-sdk/client-mediaconvert';
import { type JobStateChange, jobStateChangeSchema } from '../contracts/job-state-change.ts';

type GroupDetail = NonNullable<JobStateChange['detail']['outputGroupDetails']>[number];

/**
 * Rebuilds the lost event of a job's end from GetJob, which knows durations and sizes of the outputs, but neither file
 * paths nor bit rates.
 *
 * @returns undefined for a job that has not ended
 */
export function endedJobEvent(job: Job): JobStateChange | undefined {
  const { Id, Queue, Status, Timing, UserMetadata, ErrorCode, ErrorMessage, OutputGroupDetails = [], Settings } = job;
  if (Status !== 'COMPLETE' && Status !== 'ERROR' && Status !== 'CANCELED') return undefined;
  const endedAt = Timing?.FinishTime ?? new Date();
  const groups = Settings?.OutputGroups ?? [];
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
        outputGroupDetails: OutputGroupDetails.map((detail, index) => groupDetail(detail, groups[index])),
      }),
      ...(Status === 'ERROR' && { errorCode: ErrorCode, errorMessage: ErrorMessage }),
    },
  });
}

/** Rebuilds the detail of one output group. GetJob lists details in the order of the job's settings. */
function groupDetail({ OutputDetails = [] }: OutputGroupDetail, group: OutputGroup | undefined): GroupDetail {
  return {
    // The event has `CMAF_GROUP` where the settings have `CMAF_GROUP_SETTINGS`.
    type: group?.OutputGroupSettings?.Type?.replace(/_SETTINGS$/, '') ?? 'UNKNOWN',
    outputDetails: OutputDetails.map(({ DurationInMs, VideoDetails }) => ({
      ...(DurationInMs !== undefined && { durationInMs: DurationInMs }),
      ...(VideoDetails?.WidthInPx !== undefined &&
        VideoDetails.HeightInPx !== undefined && {
          videoDetails: { widthInPx: VideoDetails.WidthInPx, heightInPx: VideoDetails.HeightInPx },
        }),
    })),
  };
}
