import { and, desc, eq, inArray, lt, ne, type SQL } from 'drizzle-orm';
import { union } from 'drizzle-orm/pg-core';
import type { CatalogDatabase } from '../database.ts';
import { videos } from '../schema/index.ts';
import { titleMatches } from './title-matches.ts';
import { selectVideoOverviews, type VideoOverview } from './video-overview.ts';
import type { StoredVideoStatus } from '../schema/video-status.ts';
import { visibilityConditions, type Viewer } from './viewer.ts';

export interface VideoFilter {
  readonly search?: string | undefined;
  /** Any of these; none stands for all. @default all */
  readonly statuses?: readonly Exclude<StoredVideoStatus, 'deleted'>[] | undefined;
  /** Id of the last video of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface VideoPage {
  readonly rows: readonly VideoOverview[];
  readonly hasMore: boolean;
}

/**
 * What the viewer may see, newest first. A page begins where the one before ended, by id, so that videos that come in
 * between neither repeat others nor push them out.
 */
export async function selectVideoPage(
  database: CatalogDatabase,
  viewer: Viewer & { readonly id: string },
  { search, statuses = [], after, limit }: VideoFilter,
): Promise<VideoPage> {
  const chosen = and(
    after === undefined ? undefined : lt(videos.id, after),
    search === undefined ? undefined : titleMatches(search),
  );
  // An index has the videos of one status in the order of age, not those of several.
  const standings =
    statuses.length === 0 ? [ne(videos.status, 'deleted')] : [...new Set(statuses)].map((one) => eq(videos.status, one));
  const idsOf = (reach: SQL, standing: SQL) =>
    database
      .select({ id: videos.id })
      .from(videos)
      .where(and(reach, standing, chosen))
      .orderBy(desc(videos.id))
      .limit(limit + 1);
  const [first, second, ...others] = visibilityConditions(viewer).flatMap((reach) =>
    standings.map((standing) => idsOf(reach, standing)),
  );
  if (first === undefined) return { rows: [], hasMore: false };
  const ids = second === undefined ? first : union(first, second, ...others);
  const rows = await selectVideoOverviews(database, {
    where: inArray(videos.id, ids),
    orderBy: [desc(videos.id)],
    limit: limit + 1,
  });
  return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
}
