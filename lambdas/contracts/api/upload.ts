import * as z from 'zod';
import { isoInstant } from './iso-instant.ts';
import { requestObject } from './request-object.ts';
import { nameSchema } from './text.ts';
import { descriptionSchema, titleSchema, visibilitySchema } from './video.ts';

/** S3's limits of a multipart upload: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MAX_PARTS = 10_000;
export const MAX_PART_BYTES = 5 * 1024 ** 3;
export const MAX_UPLOAD_BYTES = MAX_PARTS * MAX_PART_BYTES;

/** A file that the client is about to send to the bucket. */
export const newUploadSchema = requestObject({
  /** File name on the client's disk, in any script; its extension does not affect the detected format. */
  fileName: nameSchema.min(1).max(255),
  sizeBytes: z.number().int().min(1).max(MAX_UPLOAD_BYTES),
  contentType: z
    .string()
    .max(255)
    .regex(/^[\w.+-]+\/[\w.+-]+$/)
    .optional(),
  /** @default the file name without its extension */
  title: titleSchema.optional(),
  description: descriptionSchema.default(''),
  visibility: visibilitySchema.default('private'),
}).meta({ id: 'NewUpload' });
export type NewUpload = z.input<typeof newUploadSchema>;

/**
 * Validity of presigned requests. They end with the session of the function that signed them, of which a function sees only
 * the credentials, not the end. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 */
const PRESIGNED_EXPIRY =
  'Time by which a request must be started. S3 may refuse it earlier, with 400 `ExpiredToken`; then get a new one.';

/** A presigned request, to send with exactly this method, URL and headers. `if-none-match` makes the bucket refuse a repetition. */
const presignedRequestSchema = z
  .object({
    method: z.literal('PUT'),
    url: z.url(),
    /** Headers to send, besides the content length, which is signed too and which every client sends. */
    headers: z.record(z.string(), z.string()),
  })
  .meta({ id: 'PresignedRequest' });
export type PresignedRequest = z.infer<typeof presignedRequestSchema>;

const uploadCommon = {
  id: z.uuid(),
  videoId: z.uuid(),
  sizeBytes: z.number().int().positive(),
  /** Time until which the upload can be completed. */
  expiresAt: isoInstant,
};

/** An upload: in one request for a small file, or in parts, sent in any order and concurrently, for a large one. */
export const uploadSchema = z
  .discriminatedUnion('method', [
    z.object({ ...uploadCommon, method: z.literal('single'), request: presignedRequestSchema }),
    z.object({
      ...uploadCommon,
      method: z.literal('multipart'),
      /** Size of each part but the last. */
      partSizeBytes: z.number().int().positive(),
      partCount: z.number().int().min(1).max(MAX_PARTS),
      /** Parts that the bucket already holds, for a client that resumes an interrupted upload. */
      storedParts: z.array(z.number().int().min(1).max(MAX_PARTS)),
    }),
  ])
  .meta({ id: 'Upload' });
export type Upload = z.infer<typeof uploadSchema>;

export const partRequestSchema = requestObject({
  partNumbers: z
    .array(z.number().int().min(1).max(MAX_PARTS))
    .min(1)
    .max(100)
    .superRefine(refuseRepeated)
    .meta({ uniqueItems: true }),
}).meta({ id: 'PartRequest' });

export const partUrlsSchema = z
  .object({
    parts: z.array(z.object({ partNumber: z.number().int(), request: presignedRequestSchema })),
    expiresAt: isoInstant.meta({ description: PRESIGNED_EXPIRY }),
  })
  .meta({ id: 'PartUrls' });
export type PartUrls = z.infer<typeof partUrlsSchema>;

function refuseRepeated(partNumbers: readonly number[], context: z.RefinementCtx): void {
  for (const [index, partNumber] of partNumbers.entries()) {
    if (partNumbers.indexOf(partNumber) === index) continue;
    context.addIssue({ code: 'custom', path: [index], message: `part ${partNumber} is named more than once` });
  }
}
