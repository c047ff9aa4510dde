import { z } from 'zod';
import { catalogEnvSchema } from '../runtime/catalog-env.ts';
import { deadlineEnvSchema } from '../chain/deadline-env.ts';

export const completionEnvSchema = catalogEnvSchema.extend({
  ...deadlineEnvSchema.shape,
  /** Where encodes lie. */
  OUTPUT_BUCKET: z.string().min(1),
  VIDEO_EVENTS_TOPIC_ARN: z.string().min(1),
  /** Where the end of a job is published again whose event was lost. */
  TRANSCODE_EVENTS_TOPIC_ARN: z.string().min(1),
  /** Dead-letter queues whose messages end a revision, by the part of the chain that gave up. */
  TRANSCODE_DEAD_LETTERS_ARN: z.string().min(1),
  PERMISSIONS_DEAD_LETTERS_ARN: z.string().min(1),
  THUMBNAILS_DEAD_LETTERS_ARN: z.string().min(1),
  METADATA_DEAD_LETTERS_ARN: z.string().min(1),
});
export type CompletionEnv = z.infer<typeof completionEnvSchema>;
