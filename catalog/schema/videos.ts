import { pgTable, text, unique, uuid, type AnyPgColumn } from 'drizzle-orm/pg-core';
import { instant, now } from './instant.ts';
import { revisions } from './revisions.ts';

/** One for each key of the source bucket. */
export const videos = pgTable(
  'videos',
  {
    /** UUIDv7 */
    id: uuid().primaryKey(),
    bucket: text().notNull(),
    key: text().notNull(),
    /** What viewers get. A trigger lets it move only forward, and only to a ready revision of this video. */
    currentRevisionId: uuid('current_revision_id').references((): AnyPgColumn => revisions.id),
    title: text().notNull(),
    createdAt: instant('created_at').notNull().default(now),
  },
  (table) => [unique('videos_bucket_key').on(table.bucket, table.key)],
);
export type Video = typeof videos.$inferSelect;
