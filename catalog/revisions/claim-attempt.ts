import { and, eq, isNull, lt, or, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions } from '../schema/index.ts';
import type { SourceFacts } from '../schema/source-facts.ts';

/** A claim that has led to nothing for so long is taken for abandoned: longer than the claimant's function may run. */
const LEASE = sql`interval '5 minutes'`;

export interface Claim {
  readonly revisionId: string;
  /** The submission that is about to be made; new each time. */
  readonly attemptId: string;
  /** Id of the message that is worked on: when that comes again, whoever worked on it before is gone. */
  readonly claimant: string;
  readonly source: SourceFacts;
  /** What the job will be asked for. */
  readonly plan: unknown;
}

/**
 * Claims the revision for one submission. From here on only this attempt's events count.
 *
 * @returns false if someone else holds a fresh claim, a newer upload of the key is known, or the revision is past being
 *   claimed
 */
export async function claimAttempt(database: CatalogDatabase, claim: Claim): Promise<boolean> {
  const { revisionId, attemptId, claimant, source, plan } = claim;
  const claimed = await database
    .update(revisions)
    .set({ attemptId, source, plan, claimedBy: claimant, claimedAt: sql`now()` })
    .where(
      and(
        eq(revisions.id, revisionId),
        eq(revisions.status, 'uploaded'),
        or(
          isNull(revisions.claimedAt),
          lt(revisions.claimedAt, sql`now() - ${LEASE}`),
          eq(revisions.claimedBy, claimant),
        ),
        sql`not exists (
          select from ${revisions} as newer
          where newer.video_id = ${revisions.videoId} and newer.sequencer > ${revisions.sequencer}
        )`,
      ),
    )
    .returning({ id: revisions.id });
  return claimed.length > 0;
}

/** Gives a claim up after a submission that failed, so that the next try need not wait. */
export async function releaseAttempt(database: CatalogDatabase, revisionId: string, attemptId: string): Promise<void> {
  await database
    .update(revisions)
    .set({ claimedAt: null })
    .where(and(eq(revisions.id, revisionId), eq(revisions.attemptId, attemptId), eq(revisions.status, 'uploaded')));
}
