import { and, eq, inArray, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, videos } from '../schema/index.ts';
import type { JustInTimeFacts } from '../schema/just-in-time-facts.ts';
import type { RevisionStatus } from '../schema/revision-status.ts';

/** Statuses of a revision whose source may be played. */
const PLAYABLE: readonly RevisionStatus[] = ['uploaded', 'transcoding', 'processing', 'ready', 'failed'];

/**
 * Records whether a source can be packaged just in time. The withdrawal function finds the index of the revision by it, so it is
 * recorded before the index is written.
 *
 * @returns false if the revision has ended otherwise, so that its source must not be played
 */
export async function recordJustInTime(database: CatalogDatabase, revisionId: string, facts: JustInTimeFacts): Promise<boolean> {
  const recorded = await database
    .update(revisions)
    .set({ justInTime: facts })
    .where(and(eq(revisions.id, revisionId), inArray(revisions.status, [...PLAYABLE])))
    .returning({ id: revisions.id });
  return recorded.length > 0;
}

/**
 * Lets the source of a revision play at the permanent address, unless a newer one does. The grace of the source that it replaces
 * begins, if that one has no renditions that play.
 */
export async function playJustInTime(database: CatalogDatabase, revisionId: string): Promise<void> {
  const statuses = sql.join(PLAYABLE.map((status) => sql`${status}`), sql`, `);
  await database.execute(sql`
    with admitted as (
      select video.id as video_id, revision.id, video.just_in_time_revision_id as replaced_id
      from ${revisions} as revision join ${videos} as video on video.id = revision.video_id
      where revision.id = cast(${revisionId} as uuid) and revision.status in (${statuses})
        and video.just_in_time_revision_id is distinct from revision.id
        and not exists (
          select from ${revisions} as other where other.id = video.just_in_time_revision_id and other.number > revision.number
        )
    ), replaced as (
      update ${revisions} as old set source_superseded_at = now() from admitted
      where old.id = admitted.replaced_id and old.status in ('superseded', 'failed')
        and old.superseded_at is null and old.source_superseded_at is null
    )
    update ${videos} as video set just_in_time_revision_id = admitted.id from admitted where video.id = admitted.video_id`);
}
