import * as z from 'zod';
import { jobMetadataSchema, jobStateChangeSchema } from './job-state-change.ts';
import { STEPS } from './steps.ts';

/** The last required step of a revision has finished. */
const stepsFinishedSchema = z.object({
  type: z.literal('steps-finished'),
  revisionId: z.uuid(),
});

/** A step found that the output of an attempt is incomplete. */
const outputIncompleteSchema = z.object({
  type: z.literal('output-incomplete'),
  ...jobMetadataSchema.pick({ revisionId: true, attemptId: true }).shape,
  step: z.enum(STEPS),
  /** Names the missing part, for operators. */
  reason: z.string(),
});
export type OutputIncomplete = z.infer<typeof outputIncompleteSchema>;

/** A revision was rejected, superseded or deleted by another function. */
const revisionEndedSchema = z.object({
  type: z.literal('revision-ended'),
  revisionId: z.uuid(),
});

/** The source of a revision plays just in time. */
const sourcePlayableSchema = z.object({
  type: z.literal('source-playable'),
  revisionId: z.uuid(),
});

/** A job is to be checked; sent by a one-time schedule, whether or not the job has ended. */
export const jobDeadlineSchema = z.object({
  type: z.literal('job-deadline'),
  ...jobMetadataSchema.pick({ revisionId: true, attemptId: true }).shape,
  jobId: z.string().min(1),
  /** Number of the check, from 1 for each job. */
  look: z.number().int().positive(),
  /** Time of the first check that found the job ended. */
  endedSince: z.iso.datetime().optional(),
});
export type JobDeadline = z.infer<typeof jobDeadlineSchema>;

/** Messages that other functions send to the completion queue. */
export type CompletionMessage = z.infer<
  typeof stepsFinishedSchema | typeof outputIncompleteSchema | typeof revisionEndedSchema | typeof sourcePlayableSchema
>;

/** Every message that the completion queue may hold. */
export const completionInboxSchema = z.union([
  stepsFinishedSchema,
  outputIncompleteSchema,
  revisionEndedSchema,
  sourcePlayableSchema,
  jobDeadlineSchema,
  jobStateChangeSchema,
]);
export type CompletionInbox = z.infer<typeof completionInboxSchema>;
