import { and, eq, gte, isNotNull, lte, ne, or, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, settledChanges, videos, type Revision, type VideoRow } from '../schema/index.ts';

/** Revisions of a video to delete. */
export interface DeletionScope {
  readonly videoId: string;
  /**
   * Number of the newest revision at the time of the request, 0 if there was none. For a key written without the API,
   * later revisions form a new video and stay; a video uploaded through the API is deleted as a whole.
   */
  readonly lastRevision: number;
}

export interface DeletedVideo {
  readonly video: VideoRow;
  /** All deleted revisions, including those deleted earlier. */
  readonly revisions: readonly Revision[];
}

export interface FoundDeletionScope extends DeletionScope {
  /** Whether all its objects are deleted and an invalidation of its cached responses was accepted. */
  readonly isRemoved: boolean;
}

/** Returns the deletion scope of a video as of now, or undefined if it does not exist. */
export async function findDeletionScope(
  database: CatalogDatabase,
  videoId: string,
): Promise<FoundDeletionScope | undefined> {
  const newest = sql<number>`cast(coalesce(max(${revisions.number}), 0) as integer)`;
  const [part] = await database
    .select({ videoId: videos.id, lastRevision: newest, removedThrough: settledChanges.removedThrough })
    .from(videos)
    .leftJoin(revisions, eq(revisions.videoId, videos.id))
    .leftJoin(settledChanges, eq(settledChanges.videoId, videos.id))
    .where(eq(videos.id, videoId))
    .groupBy(videos.id, settledChanges.removedThrough);
  if (part === undefined) return undefined;
  const { removedThrough, ...scope } = part;
  return { ...scope, isRemoved: removedThrough !== null && removedThrough >= scope.lastRevision };
}

/**
 * Marks the revisions of a video as deleted, whatever their status: from then on nothing can be played, and events of
 * their jobs are ignored. The rows stay, so that a retry can still find and remove the stored objects;
 * `tombstoneVideo` clears them at the end.
 *
 * A video uploaded through the API is marked first, in a separate statement: the second statement sees a revision
 * registered before, and one registered afterwards sees the mark.
 *
 * @returns undefined if the video does not exist
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

/** Records that everything in a deletion scope has been removed, at the edge too. */
export async function settleRemoval(database: CatalogDatabase, { videoId, lastRevision }: DeletionScope): Promise<void> {
  await database
    .insert(settledChanges)
    .values({ videoId, removedThrough: lastRevision })
    .onConflictDoUpdate({
      target: settledChanges.videoId,
      set: { removedThrough: sql`greatest(${settledChanges.removedThrough}, excluded.removed_through)` },
    });
}

/** Returns whether everything in a deletion scope has been removed, at the edge too. */
export async function isRemovalSettled(
  database: CatalogDatabase,
  { videoId, lastRevision }: DeletionScope,
): Promise<boolean> {
  const settled = await database
    .select({ videoId: settledChanges.videoId })
    .from(settledChanges)
    .where(and(eq(settledChanges.videoId, videoId), gte(settledChanges.removedThrough, lastRevision)));
  return settled.length > 0;
}
