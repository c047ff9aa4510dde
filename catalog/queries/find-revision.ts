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
