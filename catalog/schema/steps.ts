import { check, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant, now } from './instant.ts';
import { oneOf } from './one-of.ts';
import { revisions } from './revisions.ts';

const STEP_STATUSES = ['running', 'done', 'failed'] as const;

/** What happens to a revision between the end of its job and `ready`, each step by itself. */
export const steps = pgTable(
  'steps',
  {
    revisionId: uuid('revision_id')
      .notNull()
      .references(() => revisions.id, { onDelete: 'cascade' }),
    step: text().notNull(),
    status: text({ enum: STEP_STATUSES }).notNull(),
    /** How often it was begun. */
    attempts: integer().notNull().default(1),
    /** What the step found or made, for people. */
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
