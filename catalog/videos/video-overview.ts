import { and, eq, sql, type Placeholder, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { CatalogDatabase } from '../database.ts';
import { prepareOnce } from '../prepared-statements.ts';
import { encodeProgress, revisions, settledChanges, videos, type VideoRow } from '../schema/index.ts';
import type { FilmFacts } from '../schema/just-in-time-facts.ts';
import type { RevisionStatus } from '../schema/revision-status.ts';

const latest = alias(revisions, 'latest');
const current = alias(revisions, 'current');
const source = alias(revisions, 'source');

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
  /** Revision with the renditions that viewers get; null if there is none, or if the video is withdrawn. */
  readonly playable: {
    readonly number: number;
    readonly attemptId: string;
    readonly durationMs: number | null;
  } | null;
  /** Newer revision that plays just in time at the permanent address; null if there is none, or if the video is withdrawn. */
  readonly source: PlayedSource | null;
  /** Newest revision, if only the project's page can play its source; null otherwise, or if the video is withdrawn. */
  readonly pageSource: PlayedSource | null;
  /** True once the permanent address responds. */
  readonly hasPointer: boolean;
}

/** A revision whose source plays. */
export interface PlayedSource {
  readonly number: number;
  readonly film: FilmFacts;
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
        number: latest.number,
        status: latest.status,
        ...filmOf(latest),
      },
      source: { number: source.number, status: source.status, ...filmOf(source) },
      pointerNumber: videos.pointerNumber,
      writtenPointer: settledChanges.pointer,
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
    .leftJoin(source, eq(source.id, videos.justInTimeRevisionId))
    .leftJoin(settledChanges, eq(settledChanges.videoId, videos.id))
    .where(where)
    .orderBy(...orderBy)
    .limit(limit);
}

/** Returns the overviews in the rows of a statement by `buildOverviewSelect`. */
export function readOverviews(rows: Awaited<ReturnType<typeof buildOverviewSelect>>): VideoOverview[] {
  return rows.map(({ video, latest: newest, current: played, source: playedSource, pointerNumber, writtenPointer }) => {
    const isServed = video.withdrawnAt === null;
    const playable = isServed && isPlayable(played) ? played : null;
    const isWritten = writtenPointer !== null && writtenPointer >= pointerNumber;
    return {
      video,
      latest: newest?.id == null ? null : newest,
      playable,
      source: isServed && isWritten ? newerSource('everywhere', playedSource, playable?.number) : null,
      pageSource: isServed ? newerSource('page', newest, playable?.number) : null,
      // Where renditions play, an older pointer names them too.
      hasPointer: writtenPointer !== null && (isWritten || playable !== null),
    };
  });
}

/** Columns that tell whether a revision's source plays, and what a player must know of it. */
function filmOf(revision: typeof latest | typeof source) {
  return {
    level: sql<string | null>`${revision.justInTime} ->> 'level'`,
    // The Data API returns JSON as text. Nulls are not mapped.
    film: sql<FilmFacts | null>`${revision.justInTime} -> 'film'`.mapWith((json: string): FilmFacts | null => JSON.parse(json)),
  };
}

/** Returns a revision whose source plays at a level, unless the renditions are of the same revision or a newer one. */
function newerSource(
  level: 'everywhere' | 'page',
  revision: { readonly number: number; readonly status: RevisionStatus; readonly level: string | null; readonly film: FilmFacts | null } | null,
  playable = 0,
): PlayedSource | null {
  if (revision?.film == null || revision.level !== level || revision.number <= playable) return null;
  const { number, status, film } = revision;
  return status === 'rejected' || status === 'deleted' ? null : { number, film };
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
