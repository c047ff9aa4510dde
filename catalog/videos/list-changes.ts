import { and, asc, count, gte, inArray, lt, sql, type SQL } from 'drizzle-orm';
import { union } from 'drizzle-orm/pg-core';
import type { CatalogDatabase } from '../database.ts';
import { videos } from '../schema/index.ts';
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
 * Read `end` first: later changes belong to the next page.
 * https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
 *
 * @param end result of `currentCursor`
 */
export async function listChanges(
  database: CatalogDatabase,
  viewer: Viewer & { readonly id: string },
  { since, end, limit }: { readonly since: ChangeCursor; readonly end: ChangeCursor; readonly limit: number },
): Promise<ChangePage> {
  if (end.xid <= since.xid) return { rows: [], cursor: since, hasMore: false };
  const found = await selectVideoOverviews(database, {
    where: and(
      sql`(${videos.changedXid}, ${videos.id}) > (${since.xid}, cast(${since.videoId} as uuid))`,
      lt(videos.changedXid, end.xid),
      mayHaveBeenVisible(viewer),
    ),
    orderBy: [asc(videos.changedXid), asc(videos.id)],
    limit: limit + 1,
  });
  const rows = found.slice(0, limit);
  const last = rows.at(-1)?.video;
  if (found.length <= limit || last === undefined) return { rows, cursor: end, hasMore: false };
  return { rows, cursor: { xid: last.changedXid, videoId: last.id }, hasMore: true };
}

/** Returns the position after every visible change: all transactions below it have ended. It names no video. */
export async function currentCursor(database: CatalogDatabase): Promise<ChangeCursor> {
  const { rows } = await database.execute<{ xid: number }>(
    sql`select cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint) as xid`,
  );
  return { xid: rows[0]?.xid ?? 0, videoId: BEFORE_ALL_VIDEOS };
}

/** Maximum count; callers only need to know whether there are any. */
const MAX_COUNT = 1000;

/** Time without a request after which an upload counts as idle; its own page, if open, polls the upload itself. */
const IDLE = sql`interval '15 minutes'`;

/**
 * Counts the videos visible to the viewer that will still change without further requests, or that changed after `end`
 * and are yet to be reported. An idle upload does not count, although it can still be completed.
 */
export async function countUnfinished(
  database: CatalogDatabase,
  viewer: Viewer & { readonly id: string },
  end: ChangeCursor,
): Promise<number> {
  const idsOf = (where: SQL | undefined) =>
    database.select({ id: videos.id }).from(videos).where(where).limit(MAX_COUNT);
  const inProgress = and(
    inArray(videos.status, [...UNFINISHED_STATUSES]),
    isVisible(viewer),
    sql`(${videos.status} <> 'uploading' or ${videos.changedAt} > now() - ${IDLE})`,
  );
  const unreported = and(gte(videos.changedXid, end.xid), mayHaveBeenVisible(viewer));
  const unfinished = union(idsOf(inProgress), idsOf(unreported)).as('unfinished');
  const [row] = await database.select({ unfinished: count() }).from(unfinished);
  return row?.unfinished ?? 0;
}
