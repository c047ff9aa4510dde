import { and, eq, inArray, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions } from '../schema/index.ts';
import { MAX_WARNINGS, type SourceWarning } from '../schema/source-warning.ts';
import type { Attempt } from './record-output.ts';

/**
 * Adds warnings to the claimed attempt, in one idempotent statement. Skips a warning whose code, track and span are already
 * recorded, even by a concurrent caller, and any beyond `MAX_WARNINGS`. Writes nothing if the revision has moved on to
 * another attempt or has ended with a status other than `ready`.
 *
 * @returns whether this call added a warning
 */
export async function addWarnings(
  database: CatalogDatabase,
  { revisionId, attemptId }: Attempt,
  warnings: readonly SourceWarning[],
): Promise<boolean> {
  if (warnings.length === 0) return false;
  const added = sql`(
    select jsonb_agg(added.warning order by added.position) from (
      select given.warning, min(given.position) as position
      from jsonb_array_elements(cast(${JSON.stringify(warnings)} as jsonb)) with ordinality as given (warning, position)
      where not exists (
        select from jsonb_array_elements(${revisions.warnings}) as known (warning) where known.warning = given.warning
      )
      group by given.warning
      order by 2
      limit greatest(0, ${MAX_WARNINGS} - jsonb_array_length(${revisions.warnings}))
    ) as added
  )`;
  const changed = await database
    .update(revisions)
    .set({ warnings: sql`${revisions.warnings} || ${added}` })
    .where(
      and(
        eq(revisions.id, revisionId),
        eq(revisions.attemptId, attemptId),
        inArray(revisions.status, ['uploaded', 'transcoding', 'processing', 'ready']),
        sql`${added} is not null`,
      ),
    )
    .returning({ id: revisions.id });
  return changed.length > 0;
}
