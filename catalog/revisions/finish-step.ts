import { and, eq, exists, inArray, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, steps } from '../schema/index.ts';

/** A step of one attempt. */
export interface AttemptedStep {
  readonly revisionId: string;
  readonly attemptId: string;
  readonly step: string;
}

/**
 * Records that a step is done, and its details. Does nothing if the revision has moved on to another attempt.
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
 * Records that a step failed permanently, unless it is done.
 *
 * @param code end code that the attempt must have ended with; by default it may have any or none
 */
export async function failStep(
  database: CatalogDatabase,
  { revisionId, attemptId, step }: AttemptedStep,
  code?: string,
): Promise<void> {
  const endedByStep = code === undefined ? undefined : eq(revisions.code, code);
  const ended = and(eq(revisions.id, revisionId), eq(revisions.attemptId, attemptId), endedByStep);
  await database.execute(sql`
    insert into ${steps} as known (revision_id, step, status, ended_at)
    select ${revisions.id}, ${step}, 'failed', now() from ${revisions} where ${ended}
    on conflict (revision_id, step) do update set status = 'failed', ended_at = now() where known.status <> 'done'`);
}

/**
 * Returns whether all required steps are done. Call it after the statement that records a step as done: of several steps
 * that finish at the same moment, the last caller sees them all.
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
