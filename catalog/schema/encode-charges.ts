import { check, date, numeric, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { oneOf } from './one-of.ts';
import { revisions } from './videos-and-revisions.ts';

/**
 * `reserved` until the job has ended; `spent` once it has completed, whatever became of the revision; `returned` if it has
 * failed, was canceled or never ran. An attempt that was given up turns out to be spent if its job completes after all.
 */
export const CHARGE_STATES = ['reserved', 'spent', 'returned'] as const;

/** Price of each attempt to encode: one row for each claim, booked by a trigger on the revision. */
export const encodeCharges = pgTable(
  'encode_charges',
  {
    attemptId: text('attempt_id').primaryKey(),
    revisionId: uuid('revision_id')
      .notNull()
      .references(() => revisions.id, { onDelete: 'cascade' }),
    /** Day in UTC, by the clock of the database, on which the price was reserved, and to which it counts ever after. */
    day: date().notNull(),
    /** US dollars: what the settings of the job imply, and later what its output does. */
    priceUsd: numeric('price_usd', { precision: 12, scale: 6 }).notNull(),
    state: text({ enum: CHARGE_STATES }).notNull().default('reserved'),
  },
  (table) => [check('encode_charges_state', oneOf(table.state, CHARGE_STATES))],
);

/** Sums of the charges of each day, whose row concurrent reservations wait for. */
export const encodeDays = pgTable('encode_days', {
  /** Day in UTC. */
  day: date().primaryKey(),
  reservedUsd: numeric('reserved_usd', { precision: 14, scale: 6 }).notNull().default('0'),
  spentUsd: numeric('spent_usd', { precision: 14, scale: 6 }).notNull().default('0'),
});
