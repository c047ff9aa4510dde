import { and, eq, ne, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { settledChanges, videos } from '../schema/index.ts';

/** Whether a video is withdrawn, and the number of the change that withdrew or published it last. */
export interface Publication {
  readonly withdrawn: boolean;
  /** Counts from 0, which is a video that was never withdrawn. */
  readonly publication: number;
}

/** A withdrawal, or the publication after one. */
export interface PublicationChange extends Publication {
  readonly videoId: string;
}

export interface FoundPublication extends Publication {
  /** Whether the tags of its objects match, and the invalidation of its cached responses was accepted. */
  readonly isSettled: boolean;
}

/** Returns the publication of a video, or undefined if it does not exist or was deleted. */
export async function findPublication(
  database: CatalogDatabase,
  videoId: string,
): Promise<FoundPublication | undefined> {
  const [row] = await database
    .select({
      withdrawnAt: videos.withdrawnAt,
      publication: videos.publication,
      settled: sql<number>`coalesce(${settledChanges.publication}, 0)`,
    })
    .from(videos)
    .leftJoin(settledChanges, eq(settledChanges.videoId, videos.id))
    .where(and(eq(videos.id, videoId), ne(videos.status, 'deleted')));
  if (row === undefined) return undefined;
  const { withdrawnAt, publication, settled } = row;
  return { withdrawn: withdrawnAt !== null, publication, isSettled: settled >= publication };
}

/**
 * Withdraws or publishes a video, unless the change, or a later one, has been made.
 *
 * @returns whether this call made the change
 */
export async function changePublication(
  database: CatalogDatabase,
  { videoId, withdrawn, publication }: PublicationChange,
): Promise<boolean> {
  const changed = await database
    .update(videos)
    .set({ withdrawnAt: withdrawn ? sql`now()` : null, publication })
    .where(and(eq(videos.id, videoId), ne(videos.status, 'deleted'), eq(videos.publication, publication - 1)))
    .returning({ id: videos.id });
  return changed.length > 0;
}

/** Records that the stored objects and the edge follow a publication. */
export async function settlePublication(
  database: CatalogDatabase,
  { videoId, publication }: Pick<PublicationChange, 'videoId' | 'publication'>,
): Promise<void> {
  await database
    .insert(settledChanges)
    .values({ videoId, publication })
    .onConflictDoUpdate({
      target: settledChanges.videoId,
      set: { publication: sql`greatest(${settledChanges.publication}, excluded.publication)` },
    });
}
