import { and, eq, type SQL } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { type Revision, revisions, type VideoRow, videos } from '../schema/index.ts';

/** A revision and its video. */
export interface RegisteredRevision {
  readonly video: VideoRow;
  readonly revision: Revision;
}

/** Returns a revision and its video, or undefined if it does not exist. */
export function findRevision(database: CatalogDatabase, revisionId: string): Promise<RegisteredRevision | undefined> {
  return findWhere(database, eq(revisions.id, revisionId));
}

/** Returns the revision of a video with a number, or undefined if it does not exist. */
export function findRevisionByNumber(
  database: CatalogDatabase,
  videoId: string,
  number: number,
): Promise<RegisteredRevision | undefined> {
  return findWhere(database, and(eq(revisions.videoId, videoId), eq(revisions.number, number)));
}

/** Returns the revision of exactly this version of an object, or undefined if it is not registered. */
export function findRevisionByVersion(
  database: CatalogDatabase,
  { bucket, key, versionId }: { readonly bucket: string; readonly key: string; readonly versionId: string },
): Promise<RegisteredRevision | undefined> {
  return findWhere(database, and(eq(videos.bucket, bucket), eq(videos.key, key), eq(revisions.versionId, versionId)));
}

async function findWhere(database: CatalogDatabase, where: SQL | undefined): Promise<RegisteredRevision | undefined> {
  const [row] = await database
    .select({ video: videos, revision: revisions })
    .from(revisions)
    .innerJoin(videos, eq(videos.id, revisions.videoId))
    .where(where);
  return row;
}
