import { eq, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { CatalogDatabase } from '../database.ts';
import { revisions, videos, type VideoRow } from '../schema/index.ts';

const latest = alias(revisions, 'latest');
const current = alias(revisions, 'current');

/**
 * What a list needs of a video. Its description is not among it: a hundred long ones are more than the Data API answers
 * at once.
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

/** A video as a list shows it. */
export interface VideoOverview {
  readonly video: Pick<VideoRow, keyof typeof summary>;
  /** Its newest revision that was not superseded. */
  readonly latest: {
    readonly code: string | null;
    readonly percent: number | null;
    readonly durationMs: number | null;
    /** Of the file; known earlier than what was produced. */
    readonly sourceDurationMs: number | null;
  } | null;
  /** What is played, if it can be. */
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

/** Where the video stands and who may see it, without its details. */
export async function findVideoOverview(database: CatalogDatabase, videoId: string): Promise<VideoOverview | undefined> {
  const [row] = await selectVideoOverviews(database, { where: eq(videos.id, videoId), orderBy: [], limit: 1 });
  return row;
}

/** Publishing is taken back with the status. */
export function isPlayable<Played extends { readonly status: string | null; readonly attemptId: string | null }>(
  revision: Played | null,
): revision is Played & { readonly attemptId: string } {
  return revision?.status === 'ready' && revision.attemptId !== null;
}
