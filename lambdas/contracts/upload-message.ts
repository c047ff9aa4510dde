import { z } from 'zod';
import { objectCreatedSchema } from './object-created.ts';

/**
 * Request to retry a failed upload, sent to the uploads queue. The receiver sets the revision back to `uploaded`, so
 * that requesting a retry takes a single write.
 */
const uploadRetrySchema = z.object({
  type: z.literal('upload-retry'),
  revisionId: z.uuid(),
  /** Time of the failure, ISO 8601. A message that arrives after a later failure retries nothing. */
  failedAt: z.iso.datetime(),
});
export type UploadRetry = z.infer<typeof uploadRetrySchema>;

/** Every message that the uploads queue may hold. */
export const uploadMessageSchema = z.union([objectCreatedSchema, uploadRetrySchema]);
export type UploadMessage = z.infer<typeof uploadMessageSchema>;
