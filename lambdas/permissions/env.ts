import { z } from 'zod';
import { catalogEnvSchema } from '../runtime/catalog-env.ts';

export const permissionsEnvSchema = catalogEnvSchema.extend({
  OUTPUT_BUCKET: z.string().min(1),
  COMPLETION_QUEUE_URL: z.string().min(1),
});
export type PermissionsEnv = z.infer<typeof permissionsEnvSchema>;
