import { and, inArray, isNotNull, isNull, eq } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions } from '../schema/index.ts';

/** Returns which of some attempts are claimed by a revision in progress. */
export async function findLivingAttempts(database: CatalogDatabase, attemptIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (attemptIds.length === 0) return new Set();
  const found = await database
    .select({ attemptId: revisions.attemptId })
    .from(revisions)
    .where(
      and(inArray(revisions.attemptId, [...attemptIds]), inArray(revisions.status, ['uploaded', 'transcoding', 'processing'])),
    );
  return new Set(found.flatMap(({ attemptId }) => attemptId ?? []));
}

/** Returns which of some revisions are superseded and not retired yet. */
export async function findUnretired(database: CatalogDatabase, revisionIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (revisionIds.length === 0) return new Set();
  const found = await database
    .select({ id: revisions.id })
    .from(revisions)
    .where(
      and(
        inArray(revisions.id, [...revisionIds]),
        eq(revisions.status, 'superseded'),
        isNotNull(revisions.supersededAt),
        isNull(revisions.retiredAt),
      ),
    );
  return new Set(found.map(({ id }) => id));
}
