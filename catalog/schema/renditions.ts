import { bigint, check, doublePrecision, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { oneOf } from './one-of.ts';
import { revisions } from './revisions.ts';

const KINDS = ['video', 'audio'] as const;

/** What a viewer can be given, as it was really produced. */
export const renditions = pgTable(
  'renditions',
  {
    revisionId: uuid('revision_id')
      .notNull()
      .references(() => revisions.id, { onDelete: 'cascade' }),
    /** Name of its media file below the encode's prefix. */
    name: text().notNull(),
    kind: text({ enum: KINDS }).notNull(),
    /** As in the playlist: RFC 6381. */
    codecs: text().notNull(),
    width: integer(),
    height: integer(),
    frameRate: doublePrecision('frame_rate'),
    language: text(),
    channels: integer(),
    durationMs: bigint('duration_ms', { mode: 'number' }).notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    /** Of the media segments as they lie in the bucket. */
    averageBps: bigint('average_bps', { mode: 'number' }).notNull(),
    /** Of the segment that needs most. */
    peakBps: bigint('peak_bps', { mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.revisionId, table.name] }),
    check('renditions_kind', oneOf(table.kind, KINDS)),
  ],
);
export type Rendition = typeof renditions.$inferSelect;
