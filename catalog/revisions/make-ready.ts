import { and, eq, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, steps, videos } from '../schema/index.ts';

/**
 * Moves a revision from `processing` to `ready` and makes it the video's current one, in one statement: exactly once,
 * even among concurrent callers. Requires that every required step is done and that no newer upload of the key is
 * known, since the encoder may have read the newer one's bytes. The ready revision that this one replaces becomes
 * `superseded`, and its grace begins, as does that of an older one whose source played until now.
 *
 * @returns whether this call made the revision ready
 */
export async function makeReady(
  database: CatalogDatabase,
  revisionId: string,
  requiredSteps: readonly string[],
): Promise<boolean> {
  const names = sql.join(requiredSteps.map((step) => sql`${step}`), sql`, `);
  const { rows } = await database.execute<{ id: string }>(sql`
    with made as (
      update ${revisions} as made set status = 'ready', ended_at = now()
      where ${and(eq(sql`made.id`, uuid(revisionId)), eq(sql`made.status`, 'processing'))}
        and ${requiredSteps.length} = (
          select count(*) from ${steps} as step
          where step.revision_id = made.id and step.status = 'done' and step.step in (${names})
        )
        and not exists (
          select from ${revisions} as newer where newer.video_id = made.video_id and newer.sequencer > made.sequencer
        )
      returning made.id, made.video_id, made.number
    ), replaced as (
      update ${revisions} as old set status = 'superseded', superseded_at = now() from made
      where old.video_id = made.video_id and old.number < made.number and old.status = 'ready'
    ), replaced_source as (
      update ${revisions} as source set source_superseded_at = now() from made, ${videos} as video
      where video.id = made.video_id and source.video_id = video.id and source.number < made.number
        and source.superseded_at is null and source.source_superseded_at is null and source.just_in_time ->> 'level' <> 'none'
        and (source.status = 'failed' or (source.status = 'superseded' and source.id = video.just_in_time_revision_id))
    )
    update ${videos} as video set current_revision_id = made.id from made
    where video.id = made.video_id
    returning made.id`);
  return rows.length > 0;
}

function uuid(id: string) {
  return sql`cast(${id} as uuid)`;
}
