import { check, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant, now } from './instant.ts';
import { oneOf } from './one-of.ts';
import { revisions } from './videos-and-revisions.ts';

const STEP_STATUSES = ['running', 'done', 'failed'] as const;

/** Independent steps between the end of a revision's job and `ready`. */
export const steps = pgTable(
  'steps',
  {
    revisionId: uuid('revision_id')
      .notNull()
      .references(() => revisions.id, { onDelete: 'cascade' }),
    step: text().notNull(),
    status: text({ enum: STEP_STATUSES }).notNull(),
    /** How many times the step was started. */
    attempts: integer().notNull().default(1),
    /** Findings or results of the step, for operators. */
    detail: jsonb().$type<unknown>(),
    startedAt: instant('started_at').notNull().default(now),
    endedAt: instant('ended_at'),
  },
  (table) => [
    primaryKey({ columns: [table.revisionId, table.step] }),
    check('steps_status', oneOf(table.status, STEP_STATUSES)),
  ],
);
export type StepRow = typeof steps.$inferSelect;
