import { and, eq, isNotNull, isNull, ne, or, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, videos } from '../schema/index.ts';
import type { Publication } from '../videos/publication.ts';

/** A revision whose objects viewers may fetch, unless its video is withdrawn, or which is yet to be retired. */
export interface ServedRevision {
  readonly id: string;
  readonly number: number;
  readonly attemptId: string;
  /** End of the grace of a superseded revision; null for the ready one, and for one that failed. */
  readonly graceEndsAt: Date | null;
  /** Whether its grace period has ended by the database's clock. Always true for a failed revision, which has no grace period. */
  readonly isOverdue: boolean;
}

export interface ServedVideo extends Publication {
  /**
   * The ready revision, superseded ones that are not retired yet, and failed ones that the ready one has replaced and that
   * can therefore not be retried any more; oldest first.
   */
  readonly revisions: readonly ServedRevision[];
}

/**
 * Finds the revisions of a video that are served, or are yet to be retired.
 *
 * @param graceMinutes time for which a superseded revision stays served
 * @returns undefined if the video does not exist or was deleted
 */
export async function findServedRevisions(
  database: CatalogDatabase,
  videoId: string,
  graceMinutes: number,
): Promise<ServedVideo | undefined> {
  const isSuperseded = and(
    eq(revisions.status, 'superseded'),
    isNotNull(revisions.supersededAt),
    isNull(revisions.retiredAt),
  );
  const hasFailed = and(
    eq(revisions.status, 'failed'),
    isNull(revisions.retiredAt),
    sql`${revisions.number} < (select newer.number from ${revisions} as newer where newer.id = ${videos.currentRevisionId})`,
  );
  const age = sql<number | null>`cast(extract(epoch from now() - ${revisions.supersededAt}) as double precision)`;
  const rows = await database
    .select({
      withdrawnAt: videos.withdrawnAt,
      publication: videos.publication,
      revision: {
        id: revisions.id,
        number: revisions.number,
        status: revisions.status,
        attemptId: revisions.attemptId,
        supersededAt: revisions.supersededAt,
      },
      ageSeconds: age,
    })
    .from(videos)
    .leftJoin(
      revisions,
      and(
        eq(revisions.videoId, videos.id),
        isNotNull(revisions.attemptId),
        or(eq(revisions.status, 'ready'), isSuperseded, hasFailed),
      ),
    )
    .where(and(eq(videos.id, videoId), ne(videos.status, 'deleted')))
    .orderBy(revisions.number);
  const [first] = rows;
  if (first === undefined) return undefined;
  const graceSeconds = graceMinutes * 60;
  return {
    withdrawn: first.withdrawnAt !== null,
    publication: first.publication,
    revisions: rows.flatMap(({ revision, ageSeconds }) => {
      if (revision?.attemptId == null) return [];
      const { id, number, status, attemptId, supersededAt } = revision;
      const graceEndsAt = supersededAt && new Date(supersededAt.getTime() + graceSeconds * 1000);
      const isOverdue = status === 'failed' || (ageSeconds !== null && ageSeconds >= graceSeconds);
      return [{ id, number, attemptId, graceEndsAt, isOverdue }];
    }),
  };
}
