import { sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { renditions, revisions, steps, uploads, videos } from '../schema/index.ts';

/**
 * Forgets what the catalog knows of deleted revisions and, where a video has no others, of the video: a tombstone is
 * left. A video whose key was uploaded again meanwhile stays; one whose key is uploaded again later is a new one, which
 * nobody has shared.
 *
 * The tombstone keeps what a late event is told by, which is all that anybody could still ask: the key (and with it the
 * file's name), the version and its order for an event of the bucket, the attempt and the job for one of the encoder;
 * and, for the change feed, the `sub` of its owner, who may not have heard that it is gone.
 */
export async function tombstoneVideo(database: CatalogDatabase, videoId: string): Promise<void> {
  await database.execute(sql`
    with forgotten as (
      update ${revisions} set
        etag = null, size_bytes = null, content_type = null, code = null, message = null, claimed_by = null,
        claimed_at = null, source = null, plan = null, percent = null, duration_ms = null, price_usd = null
      where video_id = cast(${videoId} as uuid) and status = 'deleted'
      returning id
    ), steps_removed as (
      delete from ${steps} as step using forgotten where step.revision_id = forgotten.id
    ), renditions_removed as (
      delete from ${renditions} as rendition using forgotten where rendition.revision_id = forgotten.id
    ), buried as (
      update ${videos} as video set
        status = 'deleted', title = '', description = '', owner_name = null, visibility = 'private'
      where video.id = cast(${videoId} as uuid) and not exists (
        select from ${revisions} as kept where kept.video_id = video.id and kept.status <> 'deleted'
      )
      returning video.id
    )
    delete from ${uploads} as upload using buried where upload.video_id = buried.id`);
}
