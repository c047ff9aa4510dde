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
  /** Statuses to include; an empty list includes all. @default all */
  readonly statuses?: readonly Exclude<StoredVideoStatus, 'deleted'>[] | undefined;
  /** Id of the last video of the previous page. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface VideoPage {
  readonly rows: readonly VideoOverview[];
  readonly hasMore: boolean;
}

/**
 * Selects a page of the videos visible to the viewer, newest first. A page starts after the last id of the previous one,
 * so that videos created in between cause neither repetition nor gaps.
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
  // An index orders the videos of one status by age, but not those of several.
  const byStatus =
    statuses.length === 0
      ? [ne(videos.status, 'deleted')]
      : [...new Set(statuses)].map((one) => eq(videos.status, one));
  const idsOf = (visible: SQL, status: SQL) =>
    database
      .select({ id: videos.id })
      .from(videos)
      .where(and(visible, status, chosen))
      .orderBy(desc(videos.id))
      .limit(limit + 1);
  const [first, second, ...others] = visibilityConditions(viewer).flatMap((visible) =>
    byStatus.map((status) => idsOf(visible, status)),
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
