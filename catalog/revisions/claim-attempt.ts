import { and, eq, isNull, lt, or, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions } from '../schema/index.ts';
import type { SourceFacts } from '../schema/source-facts.ts';

/** Age at which a claim counts as abandoned: longer than the claimant's function may run. */
const LEASE = sql`interval '5 minutes'`;

export interface Claim {
  readonly revisionId: string;
  /** Id of the next submission; new for each claim. */
  readonly attemptId: string;
  /** Id of the message being handled; when it is redelivered, its previous handler has ended. */
  readonly claimant: string;
  readonly source: SourceFacts;
  /** The ladder and storyboard to request from the encoder. */
  readonly plan: unknown;
}

/**
 * Claims the revision for one submission. From then on only this attempt's events count.
 *
 * @returns false if another claimant holds a live claim, a newer upload of the key is known, or the revision can no
 *   longer be claimed
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

/** Releases a claim after a failed submission, so that a retry need not wait. */
export async function releaseAttempt(database: CatalogDatabase, revisionId: string, attemptId: string): Promise<void> {
  await database
    .update(revisions)
    .set({ claimedAt: null })
    .where(and(eq(revisions.id, revisionId), eq(revisions.attemptId, attemptId), eq(revisions.status, 'uploaded')));
}
