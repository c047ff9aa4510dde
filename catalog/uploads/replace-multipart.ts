import { and, eq, isNull } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { uploads } from '../schema/index.ts';

interface Replacement {
  readonly uploadId: string;
  /** S3's id of the multipart upload to replace. */
  readonly from: string;
  readonly to: string;
}

/**
 * Replaces the multipart upload of an upload whose bytes have not all arrived.
 *
 * @returns false if it was replaced, completed or removed in the meantime
 */
export async function replaceMultipart(database: CatalogDatabase, { uploadId, from, to }: Replacement): Promise<boolean> {
  const isCurrent = and(eq(uploads.id, uploadId), eq(uploads.multipartUploadId, from), isNull(uploads.completedAt));
  const replaced = await database
    .update(uploads)
    .set({ multipartUploadId: to })
    .where(isCurrent)
    .returning({ id: uploads.id });
  return replaced.length > 0;
}
