import { z } from 'zod';
import { isoInstant } from './iso-instant.ts';
import { textSchema } from './text.ts';
import { descriptionSchema, titleSchema, visibilitySchema } from './video.ts';

/** S3's limits of a multipart upload: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MAX_PARTS = 10_000;
export const MAX_PART_BYTES = 5 * 1024 ** 3;
export const MAX_UPLOAD_BYTES = MAX_PARTS * MAX_PART_BYTES;

/** Announces a file, which the client then sends to the bucket itself. */
export const newUploadSchema = z
  .object({
    /** As on the client's disk, in any script; its end plays no part in what the file is taken for. */
    fileName: textSchema.min(1).max(255),
    sizeBytes: z.number().int().min(1).max(MAX_UPLOAD_BYTES),
    contentType: z
      .string()
      .max(255)
      .regex(/^[\w.+-]+\/[\w.+-]+$/)
      .optional(),
    /** @default the file's name without its end */
    title: titleSchema.optional(),
    description: descriptionSchema.default(''),
    visibility: visibilitySchema.default('private'),
  })
  .meta({ id: 'NewUpload' });
export type NewUpload = z.input<typeof newUploadSchema>;

/** A presigned request: exactly this method, to this URL, with these headers. */
export const presignedRequestSchema = z
  .object({
    method: z.literal('PUT'),
    url: z.url(),
    /** Beside the body's length, which is signed too and which every client sends by itself. */
    headers: z.record(z.string(), z.string()),
  })
  .meta({ id: 'PresignedRequest' });
export type PresignedRequest = z.infer<typeof presignedRequestSchema>;

const uploadCommon = {
  id: z.uuid(),
  videoId: z.uuid(),
  sizeBytes: z.number().int().positive(),
  /** Until when it can be finished. */
  expiresAt: isoInstant,
};

/** A small file goes in one request; of a large one each part in its own, in any order, several at a time. */
export const uploadSchema = z
  .discriminatedUnion('method', [
    z.object({ ...uploadCommon, method: z.literal('single'), request: presignedRequestSchema }),
    z.object({
      ...uploadCommon,
      method: z.literal('multipart'),
      /** Of each part but the last. */
      partSizeBytes: z.number().int().positive(),
      partCount: z.number().int().min(1).max(MAX_PARTS),
      /** Parts that the bucket holds already, for a client that goes on after an interruption. */
      storedParts: z.array(z.number().int().min(1).max(MAX_PARTS)),
    }),
  ])
  .meta({ id: 'Upload' });
export type Upload = z.infer<typeof uploadSchema>;

export const partRequestSchema = z
  .object({ partNumbers: z.array(z.number().int().min(1).max(MAX_PARTS)).min(1).max(100) })
  .meta({ id: 'PartRequest' });
export type PartRequest = z.infer<typeof partRequestSchema>;

export const partUrlsSchema = z
  .object({
    parts: z.array(z.object({ partNumber: z.number().int(), request: presignedRequestSchema })),
    expiresAt: isoInstant,
  })
  .meta({ id: 'PartUrls' });
export type PartUrls = z.infer<typeof partUrlsSchema>;
