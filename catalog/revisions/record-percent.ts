import { and, eq, isNull, lt, or } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions } from '../schema/index.ts';

/**
 * Records the progress of an encode. Late or repeated events and those of unclaimed attempts change nothing; a trigger
 * resets the value for each new attempt.
 *
 * @param percent 0 to 100
 * @returns whether the value increased
 */
export async function recordPercent(
  database: CatalogDatabase,
  revisionId: string,
  attemptId: string,
  percent: number,
): Promise<boolean> {
  const whole = Math.floor(percent);
  const moved = await database
    .update(revisions)
    .set({ percent: whole })
    .where(
      and(
        eq(revisions.id, revisionId),
        eq(revisions.attemptId, attemptId),
        eq(revisions.status, 'transcoding'),
        or(isNull(revisions.percent), lt(revisions.percent, whole)),
      ),
    )
    .returning({ id: revisions.id });
  return moved.length > 0;
}
