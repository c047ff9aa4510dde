import { and, eq, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions } from '../schema/index.ts';

/**
 * Counts a start of transcode on a revision whose job is not submitted yet, before any work that may kill the function.
 *
 * @returns the number of starts, or 0 if the revision has left `uploaded`
 */
export async function countStart(database: CatalogDatabase, revisionId: string): Promise<number> {
  const [counted] = await addStarts(database, revisionId, 1);
  return counted?.starts ?? 0;
}

/** Takes back the count of a start that ended early through no fault of the upload. */
export async function uncountStart(database: CatalogDatabase, revisionId: string): Promise<void> {
  await addStarts(database, revisionId, -1);
}

function addStarts(database: CatalogDatabase, revisionId: string, difference: 1 | -1) {
  return database
    .update(revisions)
    .set({ starts: sql`greatest(0, ${revisions.starts} + ${sql.raw(String(difference))})` })
    .where(and(eq(revisions.id, revisionId), eq(revisions.status, 'uploaded')))
    .returning({ starts: revisions.starts });
}
