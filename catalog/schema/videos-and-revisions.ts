import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, pgTable, text, unique, uuid, type AnyPgColumn } from 'drizzle-orm/pg-core';
import { UNFINISHED_STATUSES, STORED_VIDEO_STATUSES, VISIBILITIES, type StoredVideoStatus } from './video-status.ts';
import { instant, now } from './instant.ts';
import { oneOf } from './one-of.ts';
import { revisions } from './revisions.ts';

/**
 * One for each key of the source bucket. Triggers keep `status`, `latestRevisionId`, `everShared` and the two `changed`
 * columns: whoever writes revisions, steps or videos need not think of them.
 */
export const videos = pgTable(
  'videos',
  {
    /** UUIDv7, so that ordering by it is ordering by age. */
    id: uuid().primaryKey(),
    bucket: text().notNull(),
    key: text().notNull(),
    /** What viewers get. A trigger lets it move only forward, and only to a ready revision of this video. */
    currentRevisionId: uuid('current_revision_id').references((): AnyPgColumn => revisions.id),
    title: text().notNull(),
    createdAt: instant('created_at').notNull().default(now),
    /** Who uploaded it through the API, by the `sub` of the token; empty where it came to the bucket by another way. */
    ownerId: text('owner_id'),
    ownerName: text('owner_name'),
    description: text().notNull().default(''),
    visibility: text({ enum: VISIBILITIES }).notNull().default('private'),
    /** Whether others than its owner could see it at any time, and are to learn when they no longer can. */
    everShared: boolean('ever_shared').notNull().default(false),
    status: text().$type<StoredVideoStatus>().notNull().default('uploading'),
    /** The revision that the status is of. */
    latestRevisionId: uuid('latest_revision_id').references((): AnyPgColumn => revisions.id),
    /** When anything of it, its revisions or their steps changed last. */
    changedAt: instant('changed_at').notNull().default(now),
    /** Transaction that did so; the change feed is ordered by it. */
    changedXid: bigint('changed_xid', { mode: 'number' })
      .notNull()
      .default(sql`cast(cast(pg_current_xact_id() as text) as bigint)`),
  },
  (table) => [
    unique('videos_bucket_key').on(table.bucket, table.key),
    index('videos_status').on(table.status, table.id),
    index('videos_owner').on(table.ownerId, table.id),
    index('videos_owner_status').on(table.ownerId, table.status, table.id),
    index('videos_shared')
      .on(table.id)
      .where(sql`visibility <> 'private'`),
    index('videos_shared_status')
      .on(table.status, table.id)
      .where(sql`visibility <> 'private'`),
    index('videos_unfinished').on(table.ownerId, table.visibility).where(oneOf(table.status, UNFINISHED_STATUSES)),
    index('videos_changed').on(table.changedXid, table.id),
    check('videos_visibility', oneOf(table.visibility, VISIBILITIES)),
    check('videos_status', oneOf(table.status, STORED_VIDEO_STATUSES)),
  ],
);
export type VideoRow = typeof videos.$inferSelect;
