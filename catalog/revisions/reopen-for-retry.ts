import { sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { renditions, revisions, steps } from '../schema/index.ts';

/** A failure of a revision, identified by its time. */
export interface Failure {
  readonly revisionId: string;
  readonly failedAt: Date;
}

/**
 * Moves a revision from `failed` to `uploaded` and removes what the failed attempt left in the catalog, in one statement.
 * Applies only to the given failure, so that requesting it twice retries once, and not if a newer upload of the key is
 * known, which has replaced this one.
 *
 * @returns whether this call reopened it
 */
export async function reopenForRetry(database: CatalogDatabase, { revisionId, failedAt }: Failure): Promise<boolean> {
  const { rows } = await database.execute<{ id: string }>(sql`
    with retried as (
      update ${revisions} as retried set
        status = 'uploaded', starts = 0, code = null, message = null, ended_at = null, published_at = null,
        attempt_id = null, claimed_by = null, claimed_at = null, job_id = null, submitted_at = null,
        failed_attempts = '[]', warnings = '[]', duration_ms = null, price_tier = null,
        estimated_price_usd = null, price_usd = null
      where retried.id = cast(${revisionId} as uuid) and retried.status = 'failed'
        and retried.ended_at = cast(${failedAt.toISOString()} as timestamptz)
        and retried.version_id is not null
        and not exists (
          select from ${revisions} as newer
          where newer.video_id = retried.video_id and newer.sequencer > retried.sequencer
        )
      returning id
    ), steps_removed as (
      delete from ${steps} as step using retried where step.revision_id = retried.id
    ), renditions_removed as (
      delete from ${renditions} as rendition using retried where rendition.revision_id = retried.id
    )
    select id from retried`);
  return rows.length > 0;
}
