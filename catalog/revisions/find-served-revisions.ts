import { and, eq, inArray, isNotNull, isNull, ne, or, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, videos } from '../schema/index.ts';
import type { Publication } from '../videos/publication.ts';

/** A revision whose objects viewers may fetch, unless its video is withdrawn, or which is yet to be retired. */
export interface ServedRevision {
  readonly id: string;
  readonly number: number;
  /** Attempt whose renditions viewers may fetch; null if they may fetch only the source, packaged just in time, or nothing. */
  readonly attemptId: string | null;
  /** True if the source can be packaged just in time, from an index in the output bucket. */
  readonly isIndexed: boolean;
  /** End of the grace of a revision that was played and superseded; null for the one that plays, and for one that never played. */
  readonly graceEndsAt: Date | null;
  /** True once the grace has ended, by the database's clock, and for a replaced failed revision, which has no grace unless it played. */
  readonly isOverdue: boolean;
}

export interface ServedVideo extends Publication {
  /**
   * The ready revision, any whose source is packaged just in time, superseded ones that are not retired yet, and failed ones that
   * the ready one has replaced and that can therefore not be retried any more; oldest first.
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
  const endOfPlay = sql<Date | null>`coalesce(${revisions.supersededAt}, ${revisions.sourceSupersededAt})`.mapWith(revisions.supersededAt);
  const isSuperseded = and(
    eq(revisions.status, 'superseded'),
    isNotNull(endOfPlay),
    isNull(revisions.retiredAt),
  );
  const hasFailed = and(
    eq(revisions.status, 'failed'),
    isNull(revisions.retiredAt),
    sql`${revisions.number} < (select newer.number from ${revisions} as newer where newer.id = ${videos.currentRevisionId})`,
  );
  const isSourcePlayed = and(
    isNotNull(revisions.justInTime),
    isNull(revisions.retiredAt),
    or(
      inArray(revisions.status, ['uploaded', 'transcoding', 'processing', 'failed']),
      and(eq(revisions.status, 'superseded'), eq(revisions.id, videos.justInTimeRevisionId)),
    ),
  );
  const age = sql<number | null>`cast(extract(epoch from now() - ${endOfPlay}) as double precision)`;
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
        justInTime: revisions.justInTime,
        endOfPlay: endOfPlay.as('end_of_play'),
      },
      isReplaced: sql<boolean>`coalesce(${hasFailed}, false)`,
      ageSeconds: age,
    })
    .from(videos)
    .leftJoin(
      revisions,
      and(
        eq(revisions.videoId, videos.id),
        or(isNotNull(revisions.attemptId), isNotNull(revisions.justInTime)),
        or(eq(revisions.status, 'ready'), isSuperseded, hasFailed, isSourcePlayed),
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
    revisions: rows.flatMap(({ revision, isReplaced, ageSeconds }) => {
      if (revision === null) return [];
      const { id, number, status, attemptId, supersededAt, justInTime, endOfPlay: playedUntil } = revision;
      const graceEndsAt = playedUntil && new Date(playedUntil.getTime() + graceSeconds * 1000);
      const isOverdue = ageSeconds === null ? isReplaced : ageSeconds >= graceSeconds;
      const isIndexed = justInTime !== null && justInTime.level !== 'none';
      const hasEncode = status === 'ready' || (status === 'superseded' && supersededAt !== null);
      return [{ id, number, attemptId: hasEncode ? attemptId : null, isIndexed, graceEndsAt, isOverdue }];
    }),
  };
}
