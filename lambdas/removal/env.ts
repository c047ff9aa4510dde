import { z } from 'zod';
import { catalogEnvSchema } from '../runtime/catalog-env.ts';

export const removalEnvSchema = catalogEnvSchema.extend({
  /** Where encodes lie. */
  OUTPUT_BUCKET: z.string().min(1),
  /** Queue of the completion function, which stops the jobs of a deleted video. */
  COMPLETION_QUEUE_URL: z.url(),
  /** Distribution whose copies of a deleted video are invalidated. */
  DISTRIBUTION_ID: z.string().min(1),
});
export type RemovalEnv = z.infer<typeof removalEnvSchema>;
