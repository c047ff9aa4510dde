import { and, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, type Revision } from '../schema/index.ts';

/**
 * Supersedes every older upload of the same key that has not ended: the encoder may read the newer file's bytes, so that
 * it can never become ready.
 *
 * @returns ids of the revisions superseded now, and of those superseded before whose end was not published
 */
export async function supersedeOlder(
  database: CatalogDatabase,
  { videoId, sequencer }: Pick<Revision, 'videoId' | 'sequencer'>,
): Promise<string[]> {
  if (sequencer === null) return [];
  const superseded = await database
    .update(revisions)
    .set({ status: 'superseded', endedAt: sql`coalesce(${revisions.endedAt}, now())` })
    .where(
      and(
        eq(revisions.videoId, videoId),
        lt(revisions.sequencer, sequencer),
        or(
          inArray(revisions.status, ['uploaded', 'transcoding', 'processing']),
          and(eq(revisions.status, 'superseded'), isNull(revisions.publishedAt)),
        ),
      ),
    )
    .returning({ id: revisions.id });
  return superseded.map(({ id }) => id);
}
