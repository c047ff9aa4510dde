import { and, eq, exists, inArray, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, steps } from '../schema/index.ts';

/** One step of one attempt. */
export interface AttemptedStep {
  readonly revisionId: string;
  readonly attemptId: string;
  readonly step: string;
}

/**
 * Records that a step's work is done, and what it found or made; nothing if the revision has gone on to another attempt
 * meanwhile.
 */
export async function finishStep(
  database: CatalogDatabase,
  { revisionId, attemptId, step }: AttemptedStep,
  detail: unknown,
): Promise<void> {
  const attempt = database
    .select({ id: revisions.id })
    .from(revisions)
    .where(and(eq(revisions.id, revisionId), eq(revisions.attemptId, attemptId)));
  await database
    .update(steps)
    .set({ status: 'done', detail, endedAt: sql`now()` })
    .where(and(eq(steps.revisionId, revisionId), eq(steps.step, step), exists(attempt)));
}

/**
 * Records that a step failed for good, unless it is done.
 *
 * @param code the end code that the attempt must have ended with; by default any, and none
 */
export async function failStep(
  database: CatalogDatabase,
  { revisionId, attemptId, step }: AttemptedStep,
  code?: string,
): Promise<void> {
  const endedByStep = code === undefined ? undefined : eq(revisions.code, code);
  const ended = and(eq(revisions.id, revisionId), eq(revisions.attemptId, attemptId), endedByStep);
  await database.execute(sql`
    insert into ${steps} as given_up (revision_id, step, status, ended_at)
    select ${revisions.id}, ${step}, 'failed', now() from ${revisions} where ${ended}
    on conflict (revision_id, step) do update set status = 'failed', ended_at = now() where given_up.status <> 'done'`);
}

/**
 * Asked after a step was recorded as done, in a statement of its own: of several that end at the same moment, the one
 * that asks last sees them all.
 */
export async function areStepsDone(
  database: CatalogDatabase,
  revisionId: string,
  required: readonly string[],
): Promise<boolean> {
  const done = await database
    .select({ step: steps.step })
    .from(steps)
    .where(and(eq(steps.revisionId, revisionId), eq(steps.status, 'done'), inArray(steps.step, [...required])));
  return done.length === required.length;
}
