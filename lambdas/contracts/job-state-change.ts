import { z } from 'zod';

/**
 * The fields of "MediaConvert Job State Change" that the chain reads, as EventBridge delivers it.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/ev_status_complete.html
 */

/** Ids in a job's user metadata: values of up to 256 characters without `&` and `%`. */
export const jobMetadataSchema = z.object({
  videoId: z.uuid(),
  revisionId: z.uuid(),
  /** A number as text, since user metadata holds only strings. */
  revision: z.string().regex(/^[1-9]\d*$/),
  attemptId: z.string().regex(/^[a-z0-9]{8,32}$/),
});
export type JobMetadata = z.infer<typeof jobMetadataSchema>;

const outputDetailSchema = z.object({
  outputFilePaths: z.array(z.string()).optional(),
  durationInMs: z.number().nonnegative().optional(),
  videoDetails: z
    .object({
      widthInPx: z.number().int().positive(),
      heightInPx: z.number().int().positive(),
      averageBitrate: z.number().nonnegative().optional(),
    })
    .optional(),
});

const outputGroupDetailSchema = z.object({
  type: z.string(),
  playlistFilePaths: z.array(z.string()).optional(),
  outputDetails: z.array(outputDetailSchema).optional(),
});

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
    outputGroupDetails: z.array(outputGroupDetailSchema).optional(),
    /** Progress, in events of status `STATUS_UPDATE`: https://docs.aws.amazon.com/mediaconvert/latest/ug/ev_status_status_update.html */
    jobProgress: z.object({ jobPercentComplete: z.number().min(0).max(100).optional() }).optional(),
    errorCode: z.number().optional(),
    errorMessage: z.string().optional(),
  }),
});
export type JobStateChange = z.infer<typeof jobStateChangeSchema>;
