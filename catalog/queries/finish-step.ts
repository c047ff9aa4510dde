import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { steps } from '../schema/index.ts';

/** Records that a step's work is done, and what it found or made. */
export async function finishStep(
  database: CatalogDatabase,
  revisionId: string,
  step: string,
  detail: unknown,
): Promise<void> {
  await database
    .update(steps)
    .set({ status: 'done', detail, endedAt: sql`now()` })
    .where(and(eq(steps.revisionId, revisionId), eq(steps.step, step)));
}

/** Records that a step was given up; one that is done stays so. */
export async function failStep(database: CatalogDatabase, revisionId: string, step: string): Promise<void> {
  await database
    .insert(steps)
    .values({ revisionId, step, status: 'failed', endedAt: new Date() })
    .onConflictDoUpdate({
      target: [steps.revisionId, steps.step],
      set: { status: 'failed', endedAt: sql`now()` },
      setWhere: ne(steps.status, 'done'),
    });
}

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
