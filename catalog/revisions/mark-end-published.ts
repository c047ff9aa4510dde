import { and, eq, isNull, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions } from '../schema/index.ts';

/** After the announcement of an end: if it is not recorded, the end is announced once more. */
export async function markEndPublished(database: CatalogDatabase, revisionId: string): Promise<void> {
  await database
    .update(revisions)
    .set({ publishedAt: sql`now()` })
    .where(and(eq(revisions.id, revisionId), isNull(revisions.publishedAt)));
}
