import { and, eq, isNull, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions } from '../schema/index.ts';

/** Records that the end of a revision was published; an end without this record is published again. */
export async function markEndPublished(database: CatalogDatabase, revisionId: string): Promise<void> {
  await database
    .update(revisions)
    .set({ publishedAt: sql`now()` })
    .where(and(eq(revisions.id, revisionId), isNull(revisions.publishedAt)));
}
