import { sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { encodeProgress, renditions, revisions, steps, uploads, videos } from '../schema/index.ts';

/**
 * Clears the data of a video's deleted revisions and, if it has no others, of the video itself, leaving a tombstone. A
 * video whose key was uploaded again in the meantime stays; a key uploaded again later is a new, private video.
 *
 * The tombstone keeps what identifies a late event: the key (and with it the file's name), the version and its
 * sequencer for an event of the bucket, the attempt and the job for one of the encoder; and, for the change feed, the
 * `sub` of the owner, who may not have received the deletion yet.
 */
export async function tombstoneVideo(database: CatalogDatabase, videoId: string): Promise<void> {
  await database.execute(sql`
    with cleared as (
      update ${revisions} set
        etag = null, size_bytes = null, content_type = null, code = null, message = null, claimed_by = null,
        claimed_at = null, source = null, just_in_time = null, plan = null, percent = null,
        failed_attempts = '[]', warnings = '[]', duration_ms = null, price_tier = null,
        estimated_price_usd = null, price_usd = null
      where video_id = cast(${videoId} as uuid) and status = 'deleted'
      returning id
    ), steps_removed as (
      delete from ${steps} as step using cleared where step.revision_id = cleared.id
    ), progress_removed as (
      delete from ${encodeProgress} as progress using cleared where progress.revision_id = cleared.id
    ), renditions_removed as (
      delete from ${renditions} as rendition using cleared where rendition.revision_id = cleared.id
    ), tombstone as (
      update ${videos} as video set
        status = 'deleted', title = '', description = '', owner_name = null, visibility = 'private'
      where video.id = cast(${videoId} as uuid) and not exists (
        select from ${revisions} as kept where kept.video_id = video.id and kept.status <> 'deleted'
      )
      returning video.id
    )
    delete from ${uploads} as upload using tombstone where upload.video_id = tombstone.id`);
}
