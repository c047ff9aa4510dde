import { and, eq } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, videos } from '../schema/index.ts';
import type { RegisteredRevision } from './register-upload.ts';

/** Returns a revision and its video, or undefined if it does not exist. */
export async function findRevision(
  database: CatalogDatabase,
  revisionId: string,
): Promise<RegisteredRevision | undefined> {
  const [row] = await database
    .select({ video: videos, revision: revisions })
    .from(revisions)
    .innerJoin(videos, eq(videos.id, revisions.videoId))
    .where(eq(revisions.id, revisionId));
  return row;
}

/** Returns the revision of a video with a number, or undefined if it does not exist. */
export async function findRevisionByNumber(
  database: CatalogDatabase,
  videoId: string,
  number: number,
): Promise<RegisteredRevision | undefined> {
  const [row] = await database
    .select({ video: videos, revision: revisions })
    .from(revisions)
    .innerJoin(videos, eq(videos.id, revisions.videoId))
    .where(and(eq(revisions.videoId, videoId), eq(revisions.number, number)));
  return row;
}
