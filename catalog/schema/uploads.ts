import { sql } from 'drizzle-orm';
import { bigint, check, index, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { instant, now } from './instant.ts';
import { videos } from './videos-and-revisions.ts';

/** Uploads that a client sends through presigned URLs. */
export const uploads = pgTable(
  'uploads',
  {
    /** UUIDv7 */
    id: uuid().primaryKey(),
    videoId: uuid('video_id').references(() => videos.id, { onDelete: 'cascade' }),
    /** `sub` of the user who created it. */
    ownerId: text('owner_id'),
    bucket: text().notNull(),
    key: text().notNull(),
    /** File name on the client's disk. */
    fileName: text('file_name').notNull().default(''),
    /** Content type that the client must send. */
    contentType: text('content_type').notNull().default('application/octet-stream'),
    /** S3's upload id; this and the part size are null for an upload in a single request. */
    multipartUploadId: text('multipart_upload_id'),
    partSizeBytes: bigint('part_size_bytes', { mode: 'number' }),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    createdAt: instant('created_at').notNull().default(now),
    expiresAt: instant('expires_at').notNull(),
    /** When the client completed it or the chain registered the object. */
    completedAt: instant('completed_at'),
  },
  (table) => [
    unique('uploads_multipart').on(table.bucket, table.key, table.multipartUploadId),
    unique('uploads_video').on(table.videoId),
    index('uploads_expiry')
      .on(table.expiresAt)
      .where(sql`completed_at is null`),
    index('uploads_unfinished')
      .on(table.ownerId, table.expiresAt)
      .where(sql`completed_at is null`),
    check('uploads_parts', sql`(${table.multipartUploadId} is null) = (${table.partSizeBytes} is null)`),
  ],
);
export type UploadRow = typeof uploads.$inferSelect;
