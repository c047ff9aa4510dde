import { sql } from 'drizzle-orm';
import { bigint, check, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant, now } from './instant.ts';
import { revisions } from './videos-and-revisions.ts';

/**
 * Progress of the encodes that are running: one row for each, which a trigger removes when the encode ends. It is updated
 * every few seconds, so its rows are narrow, its pages are half empty, and no updated column has an index: PostgreSQL then
 * writes the new version into the same page and no index at all (a heap-only tuple).
 * https://www.postgresql.org/docs/current/storage-hot.html
 */
export const encodeProgress = pgTable(
  'encode_progress',
  {
    revisionId: uuid('revision_id')
      .primaryKey()
      .references(() => revisions.id, { onDelete: 'cascade' }),
    /** The attempt that the percentage belongs to. */
    attemptId: text('attempt_id').notNull(),
    /** 0 to 100; only ever increases for an attempt. */
    percent: integer().notNull(),
    changedAt: instant('changed_at').notNull().default(now),
    /** Id of the transaction that changed it; the change feed compares it with its cursor. */
    changedXid: bigint('changed_xid', { mode: 'number' })
      .notNull()
      .default(sql`cast(cast(pg_current_xact_id() as text) as bigint)`),
  },
  (table) => [check('encode_progress_percent', sql`${table.percent} between 0 and 100`)],
);
