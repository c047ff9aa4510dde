import { eq, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { CatalogDatabase } from '../database.ts';
import { revisions, videos, type VideoRow } from '../schema/index.ts';

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
  status: videos.status,
  latestRevisionId: videos.latestRevisionId,
  createdAt: videos.createdAt,
  changedAt: videos.changedAt,
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
  } | null;
  /** The revision that viewers get; null if there is none. */
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
        percent: latest.percent,
        durationMs: latest.durationMs,
        sourceDurationMs: sql<number | null>`cast(latest.source ->> 'durationMs' as double precision)`,
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
    .leftJoin(current, eq(current.id, videos.currentRevisionId))
    .where(where)
    .orderBy(...orderBy)
    .limit(limit);
  return rows.map(({ video, latest: newest, current: played }) => ({
    video,
    latest: newest?.id == null ? null : newest,
    playable: isPlayable(played) ? played : null,
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

/** Returns whether viewers get the revision; changing its status withdraws it. */
function isPlayable<Played extends { readonly status: string | null; readonly attemptId: string | null }>(
  revision: Played | null,
): revision is Played & { readonly attemptId: string } {
  return revision?.status === 'ready' && revision.attemptId !== null;
}
