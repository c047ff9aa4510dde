import { z } from 'zod';
import { jobMetadataSchema, jobStateChangeSchema } from './job-state-change.ts';

/** The last required step of a revision has finished. */
const stepsFinishedSchema = z.object({
  type: z.literal('steps-finished'),
  revisionId: z.uuid(),
});

/** A revision was rejected, superseded or deleted by another function. */
const revisionEndedSchema = z.object({
  type: z.literal('revision-ended'),
  revisionId: z.uuid(),
});

/** A job's time is up; sent by a one-time schedule, whether or not the job has ended. */
export const jobDeadlineSchema = z.object({
  type: z.literal('job-deadline'),
  ...jobMetadataSchema.pick({ revisionId: true, attemptId: true }).shape,
  jobId: z.string().min(1),
  /** Number of the check, from 1 for each job. */
  look: z.number().int().positive(),
  /** State of the job at the previous check. */
  lastSeen: z.enum(['waiting', 'running', 'ended']).optional(),
});
export type JobDeadline = z.infer<typeof jobDeadlineSchema>;

/** Messages that other functions send to the completion queue. */
export type CompletionMessage = z.infer<typeof stepsFinishedSchema | typeof revisionEndedSchema>;

/** Every message that the completion queue may hold. */
export const completionInboxSchema = z.union([
  stepsFinishedSchema,
  revisionEndedSchema,
  jobDeadlineSchema,
  jobStateChangeSchema,
]);
export type CompletionInbox = z.infer<typeof completionInboxSchema>;
