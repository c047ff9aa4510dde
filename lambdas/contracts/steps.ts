import { z } from 'zod';

/** The steps that run side by side once a job is complete; a revision is ready when all of them are done. */
export const STEPS = ['permissions', 'thumbnails', 'metadata'] as const;
export type Step = (typeof STEPS)[number];

/** What a step sends to the completion queue when its work is in the catalog. */
export const stepFinishedSchema = z.object({
  type: z.literal('step-finished'),
  revisionId: z.uuid(),
  step: z.enum(STEPS),
});
export type StepFinished = z.infer<typeof stepFinishedSchema>;
