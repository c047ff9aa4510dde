import * as z from 'zod';
import type { FailedAttempt } from '../../catalog/schema/failed-attempt.ts';
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

const trackNumbers = z.array(z.number().int().positive()).readonly();

/**
 * Request to encode an upload again after an attempt failed, sent by a one-time schedule. The receiver records the failure
 * if its sender could not.
 */
export const nextAttemptSchema = z.object({
  type: z.literal('next-attempt'),
  revisionId: z.uuid(),
  failure: z.object({
    attemptId: z.string().min(1),
    code: z.string().min(1),
    message: z.string(),
    failedAt: z.iso.datetime(),
    nextAt: z.iso.datetime(),
    sound: z.object({ suspects: trackNumbers, leftOut: trackNumbers }).optional(),
  }) satisfies z.ZodType<FailedAttempt>,
});
export type NextAttempt = z.infer<typeof nextAttemptSchema>;

/** Every message that the uploads queue may hold. */
export const uploadMessageSchema = z.union([objectCreatedSchema, uploadRetrySchema, nextAttemptSchema]);
export type UploadMessage = z.infer<typeof uploadMessageSchema>;
