import * as z from 'zod';

/**
 * Version of an uploaded object from which an index was made. The index holds it as its identity; the packager takes it from
 * there and never from a URL.
 */
export const sourceIdentitySchema = z.strictObject({
  bucket: z.string().min(3),
  key: z.string().min(1),
  /** S3's version id, or `etag:` and the ETag in an unversioned bucket. */
  versionId: z.string().min(1),
  /** ETag without quotes. */
  etag: z.string().min(1),
});
export type SourceIdentity = z.infer<typeof sourceIdentitySchema>;
