import { and, asc, gte, not, sql, type SQL } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { CatalogDatabase } from '../database.ts';
import { revisions, steps, videos } from '../schema/index.ts';
import { oneOf } from '../schema/one-of.ts';
import type { FailedAttempt } from '../schema/failed-attempt.ts';
import type { JustInTimeFacts } from '../schema/just-in-time-facts.ts';
import type { PriceTier } from '../schema/price-tier.ts';
import type { RevisionStatus } from '../schema/revision-status.ts';
import type { SourceWarning } from '../schema/source-warning.ts';
import { UNFINISHED_STATUSES } from '../schema/video-status.ts';

/** Progress of one upload. */
export interface UploadProgress {
  readonly revisionId: string;
  readonly videoId: string;
  readonly key: string;
  readonly versionId: string | null;
  readonly status: RevisionStatus;
  readonly code: string | null;
  readonly message: string | null;
  readonly createdAt: Date;
  /** Null until the revision has ended. */
  readonly endedAt: Date | null;
  /** Names of the finished steps. */
  readonly stepsDone: readonly string[];
  /** Attempts to encode before this one, oldest first. */
  readonly failedAttempts: readonly FailedAttempt[];
  /** Tier of the encode, and its list price in US dollars as computed from the settings of its job; null before that. */
  readonly priceTier: PriceTier | null;
  readonly estimatedPriceUsd: string | null;
  /** Warnings about the claimed attempt. */
  readonly warnings: readonly SourceWarning[];
  /** Just-in-time playback of the source; null until the source has been inspected. */
  readonly justInTime: JustInTimeFacts | null;
}

/**
 * Lists every upload that has not ended or that ended at `since` or later, oldest first. The terminal polls it, so its
 * cost must not grow with the history: each of the two sets has its own index (combined by `or` they would have none),
 * and only their rows are looked up in other tables.
 */
export async function listProgress(database: CatalogDatabase, since: Date): Promise<UploadProgress[]> {
  const key = sql<string>`(select video.key from ${videos} as video where video.id = ${revisions.videoId})`;
  const stepsDone = sql<string[]>`array(
    select step.step from ${steps} as step where step.revision_id = ${revisions.id} and step.status = 'done'
    order by step.ended_at
  )`;
  const revisionsWhere = (which: SQL | undefined) =>
    database
      .select({
        revisionId: revisions.id,
        videoId: revisions.videoId,
        key: key.as('key'),
        versionId: revisions.versionId,
        status: revisions.status,
        code: revisions.code,
        message: revisions.message,
        createdAt: revisions.createdAt,
        endedAt: revisions.endedAt,
        stepsDone: stepsDone.as('steps_done'),
        failedAttempts: revisions.failedAttempts,
        priceTier: revisions.priceTier,
        estimatedPriceUsd: revisions.estimatedPriceUsd,
        warnings: revisions.warnings,
        justInTime: revisions.justInTime,
      })
      .from(revisions)
      .where(which);
  const isUnfinished = oneOf(revisions.status, UNFINISHED_STATUSES);
  return unionAll(
    revisionsWhere(isUnfinished),
    revisionsWhere(and(gte(revisions.endedAt, since), not(isUnfinished))),
  ).orderBy(asc(revisions.createdAt), asc(revisions.id));
}
