import { and, eq, ne, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, videos, type Revision, type Video } from '../schema/index.ts';

export interface DeletedVideo {
  readonly video: Video;
  /** All that have been deleted, now or before; an upload that comes after the deletion is none of them. */
  readonly revisions: readonly Revision[];
}

/**
 * Deletes every revision of a video, whatever its status: from here on the catalog has nothing to play and takes no
 * more events of its jobs. The rows stay, so that what is stored can be found and removed, also in a later try. Another
 * upload of the key becomes a new revision of the same video.
 *
 * @returns undefined if there is no such video
 */
export async function deleteRevisions(database: CatalogDatabase, videoId: string): Promise<DeletedVideo | undefined> {
  await database
    .update(revisions)
    .set({ status: 'deleted', endedAt: sql`coalesce(${revisions.endedAt}, now())` })
    .where(and(eq(revisions.videoId, videoId), ne(revisions.status, 'deleted')));
  const rows = await database
    .select({ video: videos, revision: revisions })
    .from(videos)
    .leftJoin(revisions, and(eq(revisions.videoId, videos.id), eq(revisions.status, 'deleted')))
    .where(eq(videos.id, videoId));
  const [first] = rows;
  if (first === undefined) return undefined;
  return { video: first.video, revisions: rows.flatMap(({ revision }) => revision ?? []) };
}
