import { z } from 'zod';
import { objectCreatedSchema } from './object-created.ts';

/**
 * An upload that failed is to be tried again. Sent to the uploads queue; whoever reads it takes the revision back to
 * `uploaded` itself, so that asking for a retry is one write.
 */
export const uploadRetrySchema = z.object({
  type: z.literal('upload-retry'),
  revisionId: z.uuid(),
  /** When it failed, ISO 8601: a message that comes again after a later failure retries nothing. */
  failedAt: z.iso.datetime(),
});
export type UploadRetry = z.infer<typeof uploadRetrySchema>;

/** Everything that the uploads queue may hold. */
export const uploadMessageSchema = z.union([objectCreatedSchema, uploadRetrySchema]);
export type UploadMessage = z.infer<typeof uploadMessageSchema>;
