import { z } from 'zod';
import { catalogEnvSchema } from '../runtime/catalog-env.ts';

export const metadataEnvSchema = catalogEnvSchema.extend({
  OUTPUT_BUCKET: z.string().min(1),
  COMPLETION_QUEUE_URL: z.string().min(1),
});
export type MetadataEnv = z.infer<typeof metadataEnvSchema>;
