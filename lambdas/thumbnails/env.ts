import { z } from 'zod';
import { catalogEnvSchema } from '../runtime/catalog-env.ts';

export const thumbnailsEnvSchema = catalogEnvSchema.extend({
  OUTPUT_BUCKET: z.string().min(1),
  COMPLETION_QUEUE_URL: z.string().min(1),
});
export type ThumbnailsEnv = z.infer<typeof thumbnailsEnvSchema>;
