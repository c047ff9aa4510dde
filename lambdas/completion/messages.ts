import { z } from 'zod';
import { jobStateChangeSchema } from '../contracts/job-state-change.ts';
import { stepFinishedSchema } from '../contracts/steps.ts';

/** A revision ended before it had a job: rejected, or superseded. */
export const revisionEndedSchema = z.object({
  type: z.literal('revision-ended'),
  revisionId: z.uuid(),
});
export type RevisionEnded = z.infer<typeof revisionEndedSchema>;

/** What other functions of the chain send to the completion queue. */
export type CompletionMessage = z.infer<typeof stepFinishedSchema> | RevisionEnded;

/** Everything that the completion queue may hold. */
export const completionInboxSchema = z.union([stepFinishedSchema, revisionEndedSchema, jobStateChangeSchema]);
export type CompletionInbox = z.infer<typeof completionInboxSchema>;
