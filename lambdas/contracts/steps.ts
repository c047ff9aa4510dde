import { z } from 'zod';

/** The steps that run side by side once a job is complete; a revision is ready when all of them are done. */
export const STEPS = ['permissions', 'thumbnails', 'metadata'] as const;
export type Step = (typeof STEPS)[number];

/** What a step sends to the completion queue when its work is in the catalog and so is that of all others. */
export const stepsFinishedSchema = z.object({
  type: z.literal('steps-finished'),
  revisionId: z.uuid(),
});
export type StepsFinished = z.infer<typeof stepsFinishedSchema>;
