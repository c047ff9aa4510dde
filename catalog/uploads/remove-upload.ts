import { and, isNull, lt, sql, type SQL } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { uploads, videos } from '../schema/index.ts';

/**
 * Removes a canceled upload and leaves a tombstone of its video, so that bytes that arrive late belong to a deleted
 * video.
 *
 * @returns false if its bytes have arrived; it is a video now
 */
export async function removeUpload(database: CatalogDatabase, uploadId: string): Promise<boolean> {
  return (await removeUploads(database, sql`id = cast(${uploadId} as uuid)`)) > 0;
}

/** Uploads that one call removes: enough for each new upload to remove more than it leaves. */
const MAX_REMOVED = 10;

/**
 * Removes some of the expired uploads of all owners, who may never return. Concurrent calls take different ones. The
 * bucket aborts their multipart uploads at the same age.
 */
export async function removeExpiredUploads(database: CatalogDatabase): Promise<void> {
  await removeUploads(
    database,
    sql`id in (
      select expired.id from ${uploads} as expired join ${videos} as video on video.id = expired.video_id
      where expired.completed_at is null and expired.expires_at < now()
      order by expired.expires_at limit ${MAX_REMOVED}
      for no key update of video skip locked
    )`,
  );
}

/** Lists expired uploads that were never completed, the oldest first. @returns their ids */
export async function listExpiredUploads(database: CatalogDatabase, before: Date, limit: number): Promise<string[]> {
  const expired = await database
    .select({ id: uploads.id })
    .from(uploads)
    .where(and(isNull(uploads.completedAt), lt(uploads.expiresAt, before)))
    .orderBy(uploads.expiresAt)
    .limit(limit);
  return expired.map(({ id }) => id);
}

async function removeUploads(database: CatalogDatabase, which: SQL): Promise<number> {
  const { rows } = await database.execute<{ id: string }>(sql`
    with canceled as (
      select id, video_id from ${uploads} where ${which} and completed_at is null
    ), removed as (
      update ${videos} as video set status = 'deleted', title = '', description = '', owner_name = null from canceled
      where video.id = canceled.video_id and video.status = 'uploading'
      returning video.id
    )
    delete from ${uploads} as upload using canceled, removed
    where upload.id = canceled.id and removed.id = canceled.video_id
    returning upload.id`);
  return rows.length;
}
