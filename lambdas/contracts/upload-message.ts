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

/** Every message about an upload that is to be encoded. */
export const uploadMessageSchema = z.union([objectCreatedSchema, uploadRetrySchema, nextAttemptSchema]);
export type UploadMessage = z.infer<typeof uploadMessageSchema>;

/**
 * Request to make the index of a source again, which is missing or in an earlier version of its format. The edge sends it while a
 * viewer waits.
 */
const indexRequestSchema = z.object({
  type: z.literal('index-request'),
  videoId: z.uuid(),
  /** Number of the revision. */
  revision: z.number().int().positive(),
});
export type IndexRequest = z.infer<typeof indexRequestSchema>;

/** Every message that the uploads queue may hold. */
export const uploadsInboxSchema = z.union([uploadMessageSchema, indexRequestSchema]);
export type UploadsInbox = z.infer<typeof uploadsInboxSchema>;
