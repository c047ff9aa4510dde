import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions } from '../schema/index.ts';

/** Records that the objects of a superseded or failed revision were removed or archived, so that it is never served again. */
export async function markRetired(database: CatalogDatabase, revisionId: string): Promise<void> {
  await database
    .update(revisions)
    .set({ retiredAt: sql`now()` })
    .where(and(eq(revisions.id, revisionId), inArray(revisions.status, ['superseded', 'failed']), isNull(revisions.retiredAt)));
}
