import { and, eq, sql, type Placeholder, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { CatalogDatabase } from '../database.ts';
import { prepareOnce } from '../prepared-statements.ts';
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
  readonly limit: number | Placeholder;
}

/** Selects overviews of videos. */
export async function selectVideoOverviews(
  database: CatalogDatabase,
  selection: OverviewSelection,
): Promise<VideoOverview[]> {
  return readOverviews(await buildOverviewSelect(database, selection));
}

/** Builds the statement of `selectVideoOverviews`, for `readOverviews`. */
export function buildOverviewSelect(database: CatalogDatabase, { where, orderBy, limit }: OverviewSelection) {
  return database
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
}

/** Returns the overviews in the rows of a statement by `buildOverviewSelect`. */
export function readOverviews(rows: Awaited<ReturnType<typeof buildOverviewSelect>>): VideoOverview[] {
  return rows.map(({ video, latest: newest, current: played }) => ({
    video,
    latest: newest?.id == null ? null : newest,
    playable: video.withdrawnAt === null && isPlayable(played) ? played : null,
  }));
}

const overviewById = prepareOnce((database, _shape: 'by id') =>
  buildOverviewSelect(database, {
    // A placeholder has no type of its own, and the Data API would send a string.
    where: eq(videos.id, sql`cast(${sql.placeholder('videoId')} as uuid)`),
    orderBy: [],
    limit: 1,
  }).prepare('video-overview'),
);

/** Finds the status and the access rules of a video, without its details. */
export async function findVideoOverview(
  database: CatalogDatabase,
  videoId: string,
): Promise<VideoOverview | undefined> {
  const [row] = readOverviews(await overviewById(database, 'by id').execute({ videoId }));
  return row;
}

/** Returns whether a revision can be played. */
function isPlayable<Played extends { readonly status: string | null; readonly attemptId: string | null }>(
  revision: Played | null,
): revision is Played & { readonly attemptId: string } {
  return revision?.status === 'ready' && revision.attemptId !== null;
}
