import { z } from 'zod';
import { catalogEnvSchema } from '../runtime/catalog-env.ts';

export const playbackEnvSchema = catalogEnvSchema.extend({
  /** Scheme and authority of the edge, without a trailing slash. */
  EDGE_URL: z.url(),
  /** CloudFront's id of the public key that the signature names. */
  SIGNING_KEY_PAIR_ID: z.string().min(1),
  /** Secret that holds the private half. */
  SIGNING_KEY_SECRET_ARN: z.string().min(1),
});
export type PlaybackEnv = z.infer<typeof playbackEnvSchema>;
