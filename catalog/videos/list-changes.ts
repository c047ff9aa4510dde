import { and, asc, count, gte, inArray, lt, sql, type SQL } from 'drizzle-orm';
import { union } from 'drizzle-orm/pg-core';
import type { CatalogDatabase } from '../database.ts';
import { videos } from '../schema/index.ts';
import { selectVideoOverviews, type VideoOverview } from './video-overview.ts';
import { UNFINISHED_STATUSES } from '../schema/video-status.ts';
import { mayHaveBeenVisible, isVisible, type Viewer } from './viewer.ts';

/** Behind one video in the order of changes, or behind all of the transactions below one. */
export interface ChangeCursor {
  readonly xid: number;
  readonly videoId: string;
}

export interface ChangePage {
  /** What the viewer may see or may have seen, in the order of their last changes; tombstones too. */
  readonly rows: readonly VideoOverview[];
  /** Behind the last of the rows; behind the end where there are no more, so that it tells nothing of other videos. */
  readonly cursor: ChangeCursor;
  readonly hasMore: boolean;
}

const BEFORE_ALL_VIDEOS = '00000000-0000-0000-0000-000000000000';

/**
 * What changed since the cursor, without gaps.
 *
 * Neither a time nor a sequence orders changes for a reader: a transaction takes its number when it begins and shows
 * its work when it commits, so that a low number can appear after a high one has been read. Here each video carries the
 * id of the transaction that changed it last, and a reader goes no further than the oldest transaction that still runs
 * (`xmin` of its snapshot): below it nothing can appear any more. A change is thereby seen once all transactions that
 * were open beside it have ended; all of this catalog's are short. Where the catalog is moved to another cluster by its
 * rows, and not by a snapshot, its transactions count from another number: then the feed has to begin anew.
 *
 * The end is asked for first: whatever changes after that question is left to the page that follows.
 * https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
 *
 * @param end as `presentCursor` has it
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

/** Behind every change that can be seen now: all transactions below it have ended. It names no video. */
export async function currentCursor(database: CatalogDatabase): Promise<ChangeCursor> {
  const { rows } = await database.execute<{ xid: number }>(
    sql`select cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint) as xid`,
  );
  return { xid: rows[0]?.xid ?? 0, videoId: BEFORE_ALL_VIDEOS };
}

/** Counted no further; it is only asked whether there are any. */
const ENOUGH = 1000;

/** An upload whose client has asked for nothing for so long was left lying, or is of a page that looks for itself. */
const LEFT_LYING = sql`interval '15 minutes'`;

/**
 * Videos that the viewer may see and with which something will yet happen by itself, or has happened behind the end, so
 * that it is still to be told. An upload that was left lying does not count, though it can still be finished.
 */
export async function countUnfinished(
  database: CatalogDatabase,
  viewer: Viewer & { readonly id: string },
  end: ChangeCursor,
): Promise<number> {
  const idsOf = (where: SQL | undefined) => database.select({ id: videos.id }).from(videos).where(where).limit(ENOUGH);
  const underWay = and(
    inArray(videos.status, [...UNFINISHED_STATUSES]),
    isVisible(viewer),
    sql`(${videos.status} <> 'uploading' or ${videos.changedAt} > now() - ${LEFT_LYING})`,
  );
  const untold = and(gte(videos.changedXid, end.xid), mayHaveBeenVisible(viewer));
  const unfinished = union(idsOf(underWay), idsOf(untold)).as('unfinished');
  const [row] = await database.select({ unfinished: count() }).from(unfinished);
  return row?.unfinished ?? 0;
}
