import { asc, desc, eq } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { renditions, revisions, steps, videos, type Rendition, type StepRow } from '../schema/index.ts';
import type { RegisteredRevision } from './register-upload.ts';

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

export async function findSteps(database: CatalogDatabase, revisionId: string): Promise<StepRow[]> {
  return database.select().from(steps).where(eq(steps.revisionId, revisionId)).orderBy(asc(steps.startedAt));
}

export async function findRenditions(database: CatalogDatabase, revisionId: string): Promise<Rendition[]> {
  return database
    .select()
    .from(renditions)
    .where(eq(renditions.revisionId, revisionId))
    .orderBy(desc(renditions.averageBps));
}

/** Every revision of one video, newest first. */
export async function listRevisions(database: CatalogDatabase, videoId: string): Promise<RegisteredRevision[]> {
  return database
    .select({ video: videos, revision: revisions })
    .from(revisions)
    .innerJoin(videos, eq(videos.id, revisions.videoId))
    .where(eq(revisions.videoId, videoId))
    .orderBy(desc(revisions.number));
}

/** The newest uploads of all videos, newest first. */
export async function listRecentRevisions(database: CatalogDatabase, limit: number): Promise<RegisteredRevision[]> {
  return database
    .select({ video: videos, revision: revisions })
    .from(revisions)
    .innerJoin(videos, eq(videos.id, revisions.videoId))
    .orderBy(desc(revisions.createdAt), desc(revisions.id))
    .limit(limit);
}
