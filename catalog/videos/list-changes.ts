import { and, asc, eq, exists, gte, inArray, lt, sql, type SQL } from 'drizzle-orm';
import { union } from 'drizzle-orm/pg-core';
import type { CatalogDatabase } from '../database.ts';
import { encodeProgress, videos } from '../schema/index.ts';
import { selectVideoOverviews, type VideoOverview } from './video-overview.ts';
import { UNFINISHED_STATUSES } from '../schema/video-status.ts';
import { mayHaveBeenVisible, isVisible, type Viewer } from './viewer.ts';

/** Position in the feed: after one video in the order of changes, or after all transactions below one. */
export interface ChangeCursor {
  readonly xid: number;
  readonly videoId: string;
}

export interface ChangePage {
  /** Videos that are or may have been visible to the viewer, tombstones included, ordered by their last change. */
  readonly rows: readonly VideoOverview[];
  /** Position after the last row, or after the end if there are no more, so that it reveals nothing about other videos. */
  readonly cursor: ChangeCursor;
  readonly hasMore: boolean;
}

const BEFORE_ALL_VIDEOS = '00000000-0000-0000-0000-000000000000';

/** State of the feed for one viewer, at one moment. */
export interface FeedState {
  /** Position after every visible change: all transactions below it have ended. It names no video. */
  readonly end: ChangeCursor;
  /**
   * Number of videos visible to the viewer that will still change without further requests, or that changed after `end`
   * and are yet to be reported. An idle upload does not count, although it can still be completed.
   */
  readonly unfinished: number;
  /** Whether `listChanges` finds anything between the cursor and `end`. */
  readonly hasChanges: boolean;
}

/** Maximum count; callers only need to know whether there are any. */
const MAX_COUNT = 1000;

/** Time without a request after which an upload counts as idle; its own page, if open, polls the upload itself. */
const IDLE = sql`interval '15 minutes'`;

/** The oldest running transaction, or the next one if none is running. */
const HORIZON = sql`(select cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint))`;

/**
 * Reads the state of the feed in one statement, and so in one snapshot: pages poll it, mostly without any change.
 *
 * @param since cursor of the viewer; undefined to get the first one, without changes
 */
export async function readFeedState(
  database: CatalogDatabase,
  viewer: Viewer & { readonly id: string },
  since: ChangeCursor | undefined,
): Promise<FeedState> {
  const idsOf = (where: SQL | undefined) => database.select({ id: videos.id }).from(videos).where(where);
  const inProgress = and(
    inArray(videos.status, [...UNFINISHED_STATUSES]),
    isVisible(viewer),
    sql`(${videos.status} <> 'uploading' or ${videos.changedAt} > now() - ${IDLE})`,
  );
  // The second line follows from the first, but tells the planner how few they are.
  const unreported = (cursor: ChangeCursor) =>
    and(sql`${videos.changedXid} >= ${HORIZON}`, gte(videos.changedXid, cursor.xid), mayHaveBeenVisible(viewer));
  const ids = idsOf(inProgress).limit(MAX_COUNT);
  // A viewer without a cursor has yet to load the videos, with all of their changes.
  const unfinished = (since === undefined ? ids : union(ids, idsOf(unreported(since)).limit(MAX_COUNT))).as('unfinished');
  const changed =
    since === undefined
      ? sql`false`
      : sql`(${exists(idsOf(changedSince(viewer, since, HORIZON)))} or ${exists(
          idsOf(progressedSince(database, viewer, since, HORIZON)),
        )})`;
  const { rows } = await database.execute<{ xid: number; unfinished: number; changed: boolean }>(
    sql`select ${HORIZON} as xid, (select count(*) from ${unfinished}) as unfinished, ${changed} as changed`,
  );
  const [state] = rows;
  return {
    end: { xid: state?.xid ?? 0, videoId: BEFORE_ALL_VIDEOS },
    unfinished: state?.unfinished ?? 0,
    hasChanges: state?.changed ?? false,
  };
}

/**
 * Lists the changes since a cursor, without gaps.
 *
 * Neither a time nor a sequence orders changes for a reader: a transaction takes its number when it begins and becomes
 * visible when it commits, so that a low number can appear after a high one was read. Here each video carries the id of
 * the transaction that changed it last, and a reader stops at the oldest running transaction (`xmin` of its snapshot),
 * below which nothing can appear any more. A change is therefore visible once all concurrent transactions have ended;
 * all of this catalog's are short. If the catalog moves to another cluster as rows rather than as a snapshot, transaction
 * ids restart at another number, and so must the feed.
 *
 * The progress of an encode does not change its video. Videos that have only progressed come after the others of each
 * page; a viewer may receive the same progress twice.
 * https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
 *
 * @param end of the state that was read before; later changes belong to the next page
 */
export async function listChanges(
  database: CatalogDatabase,
  viewer: Viewer & { readonly id: string },
  { since, end, limit }: { readonly since: ChangeCursor; readonly end: ChangeCursor; readonly limit: number },
): Promise<ChangePage> {
  if (end.xid <= since.xid) return { rows: [], cursor: since, hasMore: false };
  const [found, progressed] = await Promise.all([
    selectVideoOverviews(database, {
      where: changedSince(viewer, since, sql`${end.xid}`),
      orderBy: [asc(videos.changedXid), asc(videos.id)],
      limit: limit + 1,
    }),
    selectVideoOverviews(database, {
      where: progressedSince(database, viewer, since, sql`${end.xid}`),
      orderBy: [asc(videos.id)],
      limit,
    }),
  ]);
  const changed = found.slice(0, limit);
  const known = new Set(found.map(({ video }) => video.id));
  const rows = [...changed, ...progressed.filter(({ video }) => !known.has(video.id))];
  const last = changed.at(-1)?.video;
  if (found.length <= limit || last === undefined) return { rows, cursor: end, hasMore: false };
  return { rows, cursor: { xid: last.changedXid, videoId: last.id }, hasMore: true };
}

/** Returns the condition for videos that changed after a cursor, in a transaction below `end`. */
function changedSince(viewer: Viewer & { readonly id: string }, since: ChangeCursor, end: SQL): SQL | undefined {
  return and(
    sql`(${videos.changedXid}, ${videos.id}) > (${since.xid}, cast(${since.videoId} as uuid))`,
    lt(videos.changedXid, end),
    mayHaveBeenVisible(viewer),
  );
}

/** Returns the condition for videos whose encode has progressed since a cursor, in a transaction below `end`. */
function progressedSince(
  database: CatalogDatabase,
  viewer: Viewer & { readonly id: string },
  since: ChangeCursor,
  end: SQL,
): SQL | undefined {
  const progress = database
    .select({ id: encodeProgress.revisionId })
    .from(encodeProgress)
    .where(
      and(
        eq(encodeProgress.revisionId, videos.latestRevisionId),
        gte(encodeProgress.changedXid, since.xid),
        lt(encodeProgress.changedXid, end),
      ),
    );
  return and(eq(videos.status, 'transcoding'), isVisible(viewer), exists(progress));
}
