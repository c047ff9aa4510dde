import { and, desc, eq, inArray, lt, ne, type SQL } from 'drizzle-orm';
import { union } from 'drizzle-orm/pg-core';
import type { CatalogDatabase } from '../database.ts';
import { videos } from '../schema/index.ts';
import { titleHolds } from './search-titles.ts';
import { selectVideoRows, type VideoRow } from './video-rows.ts';
import type { VideoStatus } from './video-status.ts';
import { reaches, type Viewer } from './viewer.ts';

export interface ListChoice {
  readonly search?: string | undefined;
  readonly status?: Exclude<VideoStatus, 'deleted'> | undefined;
  /** Id of the last video of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface ListedPage {
  readonly rows: readonly VideoRow[];
  readonly hasMore: boolean;
}

/**
 * What the viewer may see, newest first. A page begins where the one before ended, by id, so that videos that come in
 * between neither repeat others nor push them out.
 */
export async function listVideos(
  database: CatalogDatabase,
  viewer: Viewer & { readonly id: string },
  { search, status, after, limit }: ListChoice,
): Promise<ListedPage> {
  const chosen = and(
    status === undefined ? ne(videos.status, 'deleted') : eq(videos.status, status),
    after === undefined ? undefined : lt(videos.id, after),
    search === undefined ? undefined : titleHolds(search),
  );
  const idsOf = (reach: SQL) =>
    database
      .select({ id: videos.id })
      .from(videos)
      .where(and(reach, chosen))
      .orderBy(desc(videos.id))
      .limit(limit + 1);
  const [first, second] = reaches(viewer).map(idsOf);
  if (first === undefined) return { rows: [], hasMore: false };
  const ids = second === undefined ? first : union(first, second);
  const rows = await selectVideoRows(database, {
    where: inArray(videos.id, ids),
    orderBy: [desc(videos.id)],
    limit: limit + 1,
  });
  return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
}
