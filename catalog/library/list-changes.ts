import { and, asc, inArray, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { videos } from '../schema/index.ts';
import { selectVideoRows, type VideoRow } from './video-rows.ts';
import { UNFINISHED } from './video-status.ts';
import { reachesAny, type Viewer } from './viewer.ts';

/** Behind one video in the order of changes. */
export interface ChangeCursor {
  readonly xid: number;
  readonly videoId: string;
}

export interface ChangedPage {
  /** Of every video that changed, whoever may see it, in the order of their last changes; tombstones too. */
  readonly rows: readonly VideoRow[];
  readonly cursor: ChangeCursor;
  readonly hasMore: boolean;
}

const BEFORE_ALL_VIDEOS = '00000000-0000-0000-0000-000000000000';

/** Every transaction below it has ended, and what it wrote can be seen. */
const horizon = sql`cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint)`;

/**
 * What changed since the cursor, without gaps.
 *
 * Neither a time nor a sequence orders changes for a reader: a transaction takes its number when it begins and shows
 * its work when it commits, so that a low number can appear after a high one has been read. Here each video carries the
 * id of the transaction that changed it last, and a reader goes no further than the oldest transaction that still runs
 * (`xmin` of its snapshot): below it nothing can appear any more. A change is thereby seen once all transactions that
 * were open beside it have ended; all of this catalog's are short. Where the catalog is moved to another cluster by its
 * rows, and not by a snapshot, its transactions count from another number: then the feed has to begin anew.
 * https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
 */
export async function listChanges(database: CatalogDatabase, since: ChangeCursor, limit: number): Promise<ChangedPage> {
  const found = await selectVideoRows(database, {
    where: and(
      sql`(${videos.changedXid}, ${videos.id}) > (${since.xid}, cast(${since.videoId} as uuid))`,
      sql`${videos.changedXid} < ${horizon}`,
    ),
    orderBy: [asc(videos.changedXid), asc(videos.id)],
    limit: limit + 1,
  });
  const rows = found.slice(0, limit);
  const last = rows.at(-1)?.video;
  return {
    rows,
    cursor: last === undefined ? since : { xid: last.changedXid, videoId: last.id },
    hasMore: found.length > limit,
  };
}

/** The cursor behind everything that can be seen now. */
export async function presentCursor(database: CatalogDatabase): Promise<ChangeCursor> {
  const { rows } = await database.execute<{ xid: number }>(sql`select ${horizon} as xid`);
  return { xid: rows[0]?.xid ?? 0, videoId: BEFORE_ALL_VIDEOS };
}

/** Counted no further; it is only asked whether there are any. */
const ENOUGH = 1000;

/** An upload whose client has asked for nothing for so long was left lying, or is of a page that looks for itself. */
const LEFT_LYING = sql`interval '15 minutes'`;

/**
 * Videos that the viewer may see and with which something will yet happen by itself. An upload that was left lying does
 * not count, though it can still be finished.
 */
export async function countUnfinished(
  database: CatalogDatabase,
  viewer: Viewer & { readonly id: string },
): Promise<number> {
  const unfinished = database
    .select({ id: videos.id })
    .from(videos)
    .where(
      and(
        inArray(videos.status, [...UNFINISHED]),
        reachesAny(viewer),
        sql`(${videos.status} <> 'uploading' or ${videos.changedAt} > now() - ${LEFT_LYING})`,
      ),
    )
    .limit(ENOUGH);
  const { rows } = await database.execute<{ unfinished: number }>(
    sql`select count(*) as unfinished from ${unfinished} as unfinished`,
  );
  return rows[0]?.unfinished ?? 0;
}
