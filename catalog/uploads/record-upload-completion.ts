import { sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { uploads, videos } from '../schema/index.ts';

/**
 * Records that all bytes are in the bucket before the chain registers them. Updates the video first, as the trigger on
 * `revisions` does: two transactions that lock the rows in different orders would deadlock.
 */
export async function recordUploadCompletion(database: CatalogDatabase, uploadId: string): Promise<void> {
  await database.execute(sql`
    with arrived as (
      update ${videos} as video set status = case video.status when 'uploading' then 'uploaded' else video.status end
      where video.id = (select video_id from ${uploads} where id = cast(${uploadId} as uuid))
      returning video.id
    )
    update ${uploads} as upload set completed_at = now() from arrived
    where upload.video_id = arrived.id and upload.completed_at is null`);
}
