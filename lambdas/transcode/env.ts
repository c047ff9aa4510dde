import { z } from 'zod';
import { catalogEnvSchema } from '../runtime/catalog-env.ts';
import { deadlineEnvSchema } from '../chain/deadline-env.ts';

export const transcodeEnvSchema = catalogEnvSchema.extend({
  ...deadlineEnvSchema.shape,
  OUTPUT_BUCKET: z.string().min(1),
  /** Where revisions that end here, rejected or superseded, are announced from. */
  COMPLETION_QUEUE_URL: z.string().min(1),
  /** ARN of the MediaConvert queue. */
  ENCODER_QUEUE_ARN: z.string().min(1),
  /** ARN of the role that the job assumes to read the source and write the output. */
  ENCODER_ROLE_ARN: z.string().min(1),
  /** No rung has a short side above this, in pixels. */
  LADDER_MAX_SHORT_SIDE: z.coerce.number().int().min(144).max(2160),
});
export type TranscodeEnv = z.infer<typeof transcodeEnvSchema>;
