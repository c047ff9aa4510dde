import { sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, uploads, videos } from '../schema/index.ts';

/**
 * Leaves of a video whose revisions are all deleted no more than what the change feed has to tell: that it is gone. A
 * video whose key was uploaded again meanwhile stays.
 */
export async function buryVideo(database: CatalogDatabase, videoId: string): Promise<void> {
  await database.execute(sql`
    with buried as (
      update ${videos} as video set status = 'deleted', title = '', description = ''
      where video.id = cast(${videoId} as uuid) and not exists (
        select from ${revisions} as kept where kept.video_id = video.id and kept.status <> 'deleted'
      )
      returning video.id
    )
    delete from ${uploads} as upload using buried where upload.video_id = buried.id`);
}
