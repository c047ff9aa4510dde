import { and, eq, isNotNull, lte, ne, or, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, videos, type Revision, type VideoRow } from '../schema/index.ts';

/** What somebody has asked to be deleted. */
export interface DeletionScope {
  readonly videoId: string;
  /**
   * Number of the newest revision at that moment, 0 where none was known. Of a key that people write themselves, whatever
   * comes after it is a video of its own; one that was uploaded through the API goes as a whole.
   */
  readonly lastRevision: number;
}

export interface DeletedVideo {
  readonly video: VideoRow;
  /** All that have been deleted, now or before. */
  readonly revisions: readonly Revision[];
}

/** @returns undefined if there is no such video */
export async function findDeletionScope(database: CatalogDatabase, videoId: string): Promise<DeletionScope | undefined> {
  const newest = sql<number>`cast(coalesce(max(${revisions.number}), 0) as integer)`;
  const [part] = await database
    .select({ videoId: videos.id, lastRevision: newest })
    .from(videos)
    .leftJoin(revisions, eq(revisions.videoId, videos.id))
    .where(eq(videos.id, videoId))
    .groupBy(videos.id);
  return part;
}

/**
 * Deletes the revisions of a video, whatever their status: from here on the catalog has nothing to play and takes no
 * more events of their jobs. The rows stay, so that what is stored can be found and removed, also in a later try.
 *
 * A video that was uploaded through the API becomes a tombstone first, in a statement of its own: a revision that the
 * chain registers before that is seen by the second statement, one that it registers afterwards sees the tombstone.
 *
 * @returns undefined if there is no such video
 */
export async function markDeleted(
  database: CatalogDatabase,
  { videoId, lastRevision }: DeletionScope,
): Promise<DeletedVideo | undefined> {
  const isOwned = and(eq(videos.id, videoId), isNotNull(videos.ownerId));
  await database
    .update(videos)
    .set({ status: 'deleted' })
    .where(and(isOwned, ne(videos.status, 'deleted')));
  await database
    .update(revisions)
    .set({ status: 'deleted', endedAt: sql`coalesce(${revisions.endedAt}, now())` })
    .where(
      and(
        eq(revisions.videoId, videoId),
        ne(revisions.status, 'deleted'),
        or(lte(revisions.number, lastRevision), sql`exists (select from ${videos} where ${isOwned})`),
      ),
    );
  const rows = await database
    .select({ video: videos, revision: revisions })
    .from(videos)
    .leftJoin(revisions, and(eq(revisions.videoId, videos.id), eq(revisions.status, 'deleted')))
    .where(eq(videos.id, videoId));
  const [first] = rows;
  if (first === undefined) return undefined;
  return { video: first.video, revisions: rows.flatMap(({ revision }) => revision ?? []) };
}
