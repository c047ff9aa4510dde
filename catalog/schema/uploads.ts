import { bigint, index, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { instant, now } from './instant.ts';
import { videos } from './videos.ts';

/** Uploads whose parts a client sends by presigned URLs. */
export const uploads = pgTable(
  'uploads',
  {
    /** UUIDv7 */
    id: uuid().primaryKey(),
    videoId: uuid('video_id').references(() => videos.id),
    bucket: text().notNull(),
    key: text().notNull(),
    multipartUploadId: text('multipart_upload_id').notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    partSizeBytes: bigint('part_size_bytes', { mode: 'number' }).notNull(),
    createdAt: instant('created_at').notNull().default(now),
    expiresAt: instant('expires_at').notNull(),
    completedAt: instant('completed_at'),
  },
  (table) => [
    unique('uploads_multipart').on(table.bucket, table.key, table.multipartUploadId),
    index('uploads_expiry').on(table.expiresAt),
  ],
);
