import * as z from 'zod';

/**
 * "Object Created" as S3 sends it through EventBridge. The key is raw: decoding it would corrupt `%` and `+`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export const objectCreatedSchema = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.literal('Object Created'),
  time: z.string(),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string(),
      size: z.number().int().nonnegative(),
      etag: z.string(),
      /** Present on a versioned bucket. */
      'version-id': z.string().optional(),
      /** Hexadecimal; orders the events of one key when compared zero-padded. */
      sequencer: z.string(),
    }),
    reason: z.string().optional(),
  }),
});
export type ObjectCreated = z.infer<typeof objectCreatedSchema>;
