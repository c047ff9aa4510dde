import { sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import type { FailedAttempt } from '../schema/failed-attempt.ts';
import { renditions, revisions, steps } from '../schema/index.ts';

/**
 * Moves a revision back to `uploaded` after its claimed attempt has failed, records the failure, and removes what the
 * attempt left in the catalog, in one statement. Does nothing if the revision has ended or moved on to another attempt,
 * so that a repeated call changes nothing.
 *
 * @returns whether this call recorded the failure
 */
export async function awaitNextAttempt(
  database: CatalogDatabase,
  revisionId: string,
  failure: FailedAttempt,
): Promise<boolean> {
  const { rows } = await database.execute<{ id: string }>(sql`
    with failed as (
      update ${revisions} as failed set
        status = 'uploaded', starts = 0, attempt_id = null, claimed_by = null, claimed_at = null, job_id = null,
        submitted_at = null, warnings = '[]', duration_ms = null, price_tier = null,
        estimated_price_usd = null, price_usd = null,
        failed_attempts = failed.failed_attempts || cast(${JSON.stringify([failure])} as jsonb)
      where failed.id = cast(${revisionId} as uuid) and failed.attempt_id = ${failure.attemptId}
        and failed.status in ('uploaded', 'transcoding', 'processing')
      returning id
    ), steps_removed as (
      delete from ${steps} as step using failed where step.revision_id = failed.id
    ), renditions_removed as (
      delete from ${renditions} as rendition using failed where rendition.revision_id = failed.id
    )
    select id from failed`);
  return rows.length > 0;
}
