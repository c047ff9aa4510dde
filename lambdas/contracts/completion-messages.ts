import { z } from 'zod';
import { jobMetadataSchema, jobStateChangeSchema } from './job-state-change.ts';

/** The last required step of a revision has finished. */
export const stepsFinishedSchema = z.object({
  type: z.literal('steps-finished'),
  revisionId: z.uuid(),
});

/** A revision ended elsewhere than in completion: rejected, superseded or deleted. */
export const revisionEndedSchema = z.object({
  type: z.literal('revision-ended'),
  revisionId: z.uuid(),
});

/** A job has had its time; sent by a one-time schedule, whether the job has answered or not. */
export const jobDeadlineSchema = z.object({
  type: z.literal('job-deadline'),
  ...jobMetadataSchema.pick({ revisionId: true, attemptId: true }).shape,
  jobId: z.string().min(1),
  /** Counts from 1 for each job. */
  look: z.number().int().positive(),
  /** How the look before this one found the job. */
  lastSeen: z.enum(['waiting', 'running', 'ended']).optional(),
});
export type JobDeadline = z.infer<typeof jobDeadlineSchema>;

/** What other functions of the chain send to the completion queue. */
export type CompletionMessage = z.infer<typeof stepsFinishedSchema | typeof revisionEndedSchema>;

/** Everything that the completion queue may hold. */
export const completionInboxSchema = z.union([
  stepsFinishedSchema,
  revisionEndedSchema,
  jobDeadlineSchema,
  jobStateChangeSchema,
]);
export type CompletionInbox = z.infer<typeof completionInboxSchema>;
