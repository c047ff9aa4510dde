import { sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { encodeProgress, revisions } from '../schema/index.ts';

/**
 * Records the progress of an encode, in whole percent as the pages show it. Late or repeated events and those of unclaimed
 * attempts write nothing. Neither the revision nor its video is written, whose rows have many indexes.
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
  const { rows } = await database.execute(sql`
    insert into ${encodeProgress} as known (revision_id, attempt_id, percent)
    select revision.id, revision.attempt_id, cast(${Math.floor(percent)} as integer)
    from ${revisions} as revision
    where revision.id = cast(${revisionId} as uuid) and revision.attempt_id = ${attemptId}
      and revision.status = 'transcoding'
    on conflict (revision_id) do update set
      attempt_id = excluded.attempt_id, percent = excluded.percent,
      changed_at = clock_timestamp(), changed_xid = excluded.changed_xid
    where known.attempt_id <> excluded.attempt_id or known.percent < excluded.percent
    returning revision_id`);
  return rows.length > 0;
}
