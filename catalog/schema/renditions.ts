import { bigint, check, doublePrecision, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { oneOf } from './one-of.ts';
import { revisions } from './videos-and-revisions.ts';

const KINDS = ['video', 'audio'] as const;

/** Renditions that the encoder produced, with measured values. */
export const renditions = pgTable(
  'renditions',
  {
    revisionId: uuid('revision_id')
      .notNull()
      .references(() => revisions.id, { onDelete: 'cascade' }),
    /** Name of the media file below the encode's prefix. */
    name: text().notNull(),
    kind: text({ enum: KINDS }).notNull(),
    /** RFC 6381 codec string, as in the playlist. */
    codecs: text().notNull(),
    width: integer(),
    height: integer(),
    frameRate: doublePrecision('frame_rate'),
    language: text(),
    channels: integer(),
    durationMs: bigint('duration_ms', { mode: 'number' }).notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    /** Average bit rate of the stored media segments. */
    averageBps: bigint('average_bps', { mode: 'number' }).notNull(),
    /** Bit rate of the segment with the highest one. */
    peakBps: bigint('peak_bps', { mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.revisionId, table.name] }),
    check('renditions_kind', oneOf(table.kind, KINDS)),
  ],
);
export type Rendition = typeof renditions.$inferSelect;
