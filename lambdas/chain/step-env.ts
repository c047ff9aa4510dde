import { z } from 'zod';
import { catalogEnvSchema } from '../runtime/catalog-env.ts';

/** The environment of every step. */
export const stepEnvSchema = catalogEnvSchema.extend({
  OUTPUT_BUCKET: z.string().min(1),
  /** Who is told when the last step is done. */
  COMPLETION_QUEUE_URL: z.string().min(1),
});
export type StepEnv = z.infer<typeof stepEnvSchema>;
