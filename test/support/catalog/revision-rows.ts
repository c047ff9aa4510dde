import { asc, desc, eq } from 'drizzle-orm';
import type { CatalogDatabase } from '../../../catalog/database.ts';
import { renditions, steps, type Rendition, type StepRow } from '../../../catalog/schema/index.ts';

/** Returns the steps of a revision in the order in which they began. */
export function findSteps(database: CatalogDatabase, revisionId: string): Promise<StepRow[]> {
  return database.select().from(steps).where(eq(steps.revisionId, revisionId)).orderBy(asc(steps.startedAt));
}

/** Returns the renditions of a revision, highest bit rate first. */
export function findRenditions(database: CatalogDatabase, revisionId: string): Promise<Rendition[]> {
  return database
    .select()
    .from(renditions)
    .where(eq(renditions.revisionId, revisionId))
    .orderBy(desc(renditions.averageBps));
}
