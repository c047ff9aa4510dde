import * as z from 'zod';

/**
 * The fields of "MediaConvert Job State Change" that the chain reads, as EventBridge delivers it. Output durations are not
 * among them: an event lists those of images too, so renditions are measured from their playlists.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/ev_status_complete.html
 */

/**
 * Ids in a job's user metadata, which its events carry: values of up to 256 characters without `&` and `%`.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html
 */
export const jobMetadataSchema = z.object({
  /** Deployment that submitted the job. Its queue may hold jobs of other deployments and applications. */
  deployment: z.string().min(1),
  videoId: z.uuid(),
  revisionId: z.uuid(),
  /** A number as text, since user metadata holds only strings. */
  revision: z.string().regex(/^[1-9]\d*$/),
  attemptId: z.string().regex(/^[a-z0-9]{8,32}$/),
});
export type JobMetadata = z.infer<typeof jobMetadataSchema>;

export const jobStateChangeSchema = z.object({
  source: z.literal('aws.mediaconvert'),
  'detail-type': z.literal('MediaConvert Job State Change'),
  time: z.string(),
  detail: z.object({
    /** Milliseconds since the epoch. */
    timestamp: z.number(),
    queue: z.string(),
    jobId: z.string(),
    status: z.enum([
      'PROGRESSING',
      'STATUS_UPDATE',
      'INPUT_INFORMATION',
      'NEW_WARNING',
      'COMPLETE',
      'ERROR',
      'CANCELED',
    ]),
    userMetadata: jobMetadataSchema,
    /** Warnings of a complete job, mapped by `job-warnings.ts`; absent or empty if there are none. */
    warnings: z.array(z.object({ code: z.coerce.number(), count: z.coerce.number() })).optional(),
    /** Progress, in events of status `STATUS_UPDATE`: https://docs.aws.amazon.com/mediaconvert/latest/ug/ev_status_status_update.html */
    jobProgress: z.object({ jobPercentComplete: z.number().min(0).max(100).optional() }).optional(),
    errorCode: z.number().optional(),
    errorMessage: z.string().optional(),
  }),
});
export type JobStateChange = z.infer<typeof jobStateChangeSchema>;
