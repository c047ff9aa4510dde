import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { regionalArn } from '../../cloud/account.ts';
import { outputFileSchema } from '../encode/output-file.ts';

const outputDetailSchema = z.object({
  outputFilePaths: z.array(z.string()).optional(),
  durationInMs: z.number(),
  videoDetails: z
    .object({ widthInPx: z.number(), heightInPx: z.number() })
    .optional(),
});
export type OutputDetail = z.infer<typeof outputDetailSchema>;

const outputGroupDetailSchema = z.object({
  type: z.enum(['CMAF_GROUP', 'FILE_GROUP']),
  playlistFilePaths: z.array(z.string()).optional(),
  outputDetails: z.array(outputDetailSchema),
});
export type OutputGroupDetail = z.infer<typeof outputGroupDetailSchema>;

const JOB_STATUSES = ['SUBMITTED', 'PROGRESSING', 'COMPLETE', 'CANCELED', 'ERROR'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** State of a job, stored on disk. */
export const jobRecordSchema = z.object({
  id: z.string(),
  /** Number of the submission, which orders jobs of the same millisecond. */
  sequence: z.number(),
  queueArn: z.string(),
  role: z.string(),
  priority: z.number(),
  /** Settings as on the wire, with defaults for those left out. */
  settings: z.unknown(),
  userMetadata: z.record(z.string(), z.string()),
  statusUpdateInterval: z.string(),
  clientRequestToken: z.string().optional(),
  status: z.enum(JOB_STATUSES),
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
  startedAt: z.number().optional(),
  finishedAt: z.number().optional(),
  warnings: z.array(z.object({ code: z.number(), count: z.number() })),
  error: z.object({ code: z.number(), message: z.string() }).optional(),
  /** Files to write to the bucket, set once everything is encoded: from then on the job is never encoded again. */
  encoded: z
    .object({ uploads: z.array(outputFileSchema), outputGroupDetails: z.array(outputGroupDetailSchema) })
    .optional(),
  outputGroupDetails: z.array(outputGroupDetailSchema).optional(),
  /** Events that the bus has not accepted yet, oldest first: status and the remainder of the detail. */
  outbox: z.array(z.object({ status: z.string(), timestamp: z.number(), detail: z.record(z.string(), z.unknown()) })),
});
export type JobRecord = z.infer<typeof jobRecordSchema>;

const ENDS: ReadonlySet<JobStatus> = new Set(['COMPLETE', 'CANCELED', 'ERROR']);

export function hasJobEnded({ status }: JobRecord): boolean {
  return ENDS.has(status);
}

export function jobArn(id: string): string {
  return regionalArn('mediaconvert', `jobs/${id}`);
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Makes an id such as `1671476818694-phptj0`. */
export function makeJobId(now: number): string {
  return `${now}-${Array.from({ length: 6 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`;
}

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.floor(milliseconds / 1000);
}

/** Returns a job as in the responses of CreateJob, GetJob and ListJobs. */
export function describeJob(
  record: JobRecord,
  progress?: { readonly phase: string; readonly percent: number },
): object {
  return {
    id: record.id,
    arn: jobArn(record.id),
    queue: record.queueArn,
    role: record.role,
    priority: record.priority,
    settings: record.settings,
    userMetadata: record.userMetadata,
    statusUpdateInterval: record.statusUpdateInterval,
    clientRequestToken: record.clientRequestToken,
    accelerationStatus: 'NOT_APPLICABLE',
    accelerationSettings: { mode: 'DISABLED' },
    billingTagsSource: 'JOB',
    status: record.status,
    createdAt: seconds(record.createdAt),
    timing: {
      submitTime: seconds(record.createdAt),
      startTime: seconds(record.startedAt),
      finishTime: seconds(record.finishedAt),
    },
    currentPhase: progress?.phase,
    jobPercentComplete: record.status === 'COMPLETE' ? 100 : progress?.percent,
    errorCode: record.error?.code,
    errorMessage: record.error?.message,
    warnings: record.warnings,
    outputGroupDetails: record.outputGroupDetails?.map(({ outputDetails }) => ({
      outputDetails: outputDetails.map(({ durationInMs, videoDetails }) => ({
        durationInMs,
        videoDetails: videoDetails && { widthInPx: videoDetails.widthInPx, heightInPx: videoDetails.heightInPx },
      })),
    })),
  };
}
