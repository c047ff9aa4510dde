import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, videos } from '../schema/index.ts';
import type { RegisteredRevision } from './register-upload.ts';

/** Ends that the world is told of. */
const ANNOUNCED = ['ready', 'rejected', 'failed', 'superseded'] as const;

/** The revision if it has ended and nobody was told yet. */
export async function findUnpublishedEnd(
  database: CatalogDatabase,
  revisionId: string,
): Promise<RegisteredRevision | undefined> {
  const [row] = await database
    .select({ video: videos, revision: revisions })
    .from(revisions)
    .innerJoin(videos, eq(videos.id, revisions.videoId))
    .where(
      and(eq(revisions.id, revisionId), inArray(revisions.status, [...ANNOUNCED]), isNull(revisions.publishedAt)),
    );
  return row;
}

/** After the announcement: if it is not recorded, the end is announced once more. */
export async function markPublished(database: CatalogDatabase, revisionId: string): Promise<void> {
  await database
    .update(revisions)
    .set({ publishedAt: sql`now()` })
    .where(and(eq(revisions.id, revisionId), isNull(revisions.publishedAt)));
}
