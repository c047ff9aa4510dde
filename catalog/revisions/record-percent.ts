import { and, eq, isNull, lt, or } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions } from '../schema/index.ts';

/**
 * Records how far the encode has come. What comes late, twice or from an attempt that is not the claimed one changes
 * nothing; a new attempt begins anew, by a trigger.
 *
 * @param percent 0 to 100
 * @returns whether it moved forward
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
