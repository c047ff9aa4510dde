import { and, eq, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { CatalogDatabase } from '../database.ts';
import { encodeProgress, revisions, videos, type VideoRow } from '../schema/index.ts';

const latest = alias(revisions, 'latest');
const current = alias(revisions, 'current');

/**
 * Columns that a list needs. The description is not among them: a hundred long ones exceed the Data API's response
 * limit.
 */
const summary = {
  id: videos.id,
  key: videos.key,
  title: videos.title,
  ownerId: videos.ownerId,
  ownerName: videos.ownerName,
  visibility: videos.visibility,
  withdrawnAt: videos.withdrawnAt,
  status: videos.status,
  latestRevisionId: videos.latestRevisionId,
  createdAt: videos.createdAt,
  // The progress of an encode is not stored with its video. `greatest` ignores nulls.
  changedAt: sql<Date>`greatest(${videos.changedAt}, ${encodeProgress.changedAt})`
    .mapWith(videos.changedAt)
    .as('shown_changed_at'),
  changedXid: videos.changedXid,
};

/** A video as lists show it. */
export interface VideoOverview {
  readonly video: Pick<VideoRow, keyof typeof summary>;
  /** The newest revision that was not superseded. */
  readonly latest: {
    readonly code: string | null;
    readonly percent: number | null;
    readonly durationMs: number | null;
    /** Duration of the source file; known earlier than that of the output. */
    readonly sourceDurationMs: number | null;
    readonly warningCount: number;
  } | null;
  /** The revision that viewers get; null if there is none, or if the video is withdrawn. */
  readonly playable: {
    readonly number: number;
    readonly attemptId: string;
    readonly durationMs: number | null;
  } | null;
}

export interface OverviewSelection {
  readonly where: SQL | undefined;
  readonly orderBy: readonly SQL[];
  readonly limit: number;
}

/** Selects overviews of videos. */
export async function selectVideoOverviews(
  database: CatalogDatabase,
  { where, orderBy, limit }: OverviewSelection,
): Promise<VideoOverview[]> {
  const rows = await database
    .select({
      video: summary,
      latest: {
        id: latest.id,
        code: latest.code,
        percent: sql<number | null>`greatest(${latest.percent}, ${encodeProgress.percent})`,
        durationMs: latest.durationMs,
        sourceDurationMs: sql<number | null>`cast(latest.source ->> 'durationMs' as double precision)`,
        warningCount: sql<number>`coalesce(jsonb_array_length(latest.warnings), 0)`,
      },
      current: {
        status: current.status,
        number: current.number,
        attemptId: current.attemptId,
        durationMs: current.durationMs,
      },
    })
    .from(videos)
    .leftJoin(latest, eq(latest.id, videos.latestRevisionId))
    .leftJoin(
      encodeProgress,
      and(eq(encodeProgress.revisionId, latest.id), eq(encodeProgress.attemptId, latest.attemptId)),
    )
    .leftJoin(current, eq(current.id, videos.currentRevisionId))
    .where(where)
    .orderBy(...orderBy)
    .limit(limit);
  return rows.map(({ video, latest: newest, current: played }) => ({
    video,
    latest: newest?.id == null ? null : newest,
    playable: video.withdrawnAt === null && isPlayable(played) ? played : null,
  }));
}

/** Finds the status and the access rules of a video, without its details. */
export async function findVideoOverview(
  database: CatalogDatabase,
  videoId: string,
): Promise<VideoOverview | undefined> {
  const [row] = await selectVideoOverviews(database, { where: eq(videos.id, videoId), orderBy: [], limit: 1 });
  return row;
}

/** Returns whether a revision can be played. */
function isPlayable<Played extends { readonly status: string | null; readonly attemptId: string | null }>(
  revision: Played | null,
): revision is Played & { readonly attemptId: string } {
  return revision?.status === 'ready' && revision.attemptId !== null;
}
