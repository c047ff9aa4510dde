import { and, desc, eq, inArray, lt, ne, sql, type Placeholder, type SQL } from 'drizzle-orm';
import { union } from 'drizzle-orm/pg-core';
import type { CatalogDatabase } from '../database.ts';
import { prepareOnce } from '../prepared-statements.ts';
import { videos } from '../schema/index.ts';
import { titleMatches } from './title-matches.ts';
import { buildOverviewSelect, readOverviews, type VideoOverview } from './video-overview.ts';
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

type SignedInViewer = Viewer & { readonly id: string };
type VisibleStatus = NonNullable<VideoFilter['statuses']>[number];

/**
 * Selects a page of the videos visible to the viewer, newest first. A page starts after the last id of the previous one,
 * so that videos created in between cause neither repetition nor gaps.
 */
export async function selectVideoPage(
  database: CatalogDatabase,
  viewer: SignedInViewer,
  { search, statuses = [], after, limit }: VideoFilter,
): Promise<VideoPage> {
  const chosen = [...new Set(statuses)].toSorted();
  const rows = readOverviews(
    search === undefined
      ? await preparePage(database, { isAdmin: viewer.isAdmin, statuses: chosen, isFirst: after === undefined }).execute({
          viewerId: viewer.id,
          after,
          limit: limit + 1,
        })
      : await buildPage(database, {
          viewer,
          statuses: chosen,
          condition: and(after === undefined ? undefined : lt(videos.id, after), titleMatches(search)),
          limit: limit + 1,
        }),
  );
  return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
}

interface PageShape {
  readonly isAdmin: boolean;
  readonly statuses: readonly VisibleStatus[];
  readonly isFirst: boolean;
}

/** Prepares the statement of a page without a search. */
const preparePage = prepareOnce((database, { isAdmin, statuses, isFirst }: PageShape) =>
  buildPage(database, {
    viewer: { id: sql.placeholder('viewerId'), isAdmin },
    statuses,
    // A placeholder has no type of its own, and the Data API would send a string.
    condition: isFirst ? undefined : lt(videos.id, sql`cast(${sql.placeholder('after')} as uuid)`),
    limit: sql.placeholder('limit'),
  }).prepare('video-page'),
);

interface PageSelection {
  readonly viewer: Parameters<typeof visibilityConditions>[0];
  /** Distinct statuses; an empty list includes all. */
  readonly statuses: readonly VisibleStatus[];
  readonly condition: SQL | undefined;
  readonly limit: number | Placeholder;
}

function buildPage(database: CatalogDatabase, { viewer, statuses, condition, limit }: PageSelection) {
  // An index orders the videos of one status by age, but not those of several.
  const byStatus = statuses.length === 0 ? [ne(videos.status, 'deleted')] : statuses.map((one) => eq(videos.status, one));
  const idsOf = (visible: SQL, status: SQL) =>
    database
      .select({ id: videos.id })
      .from(videos)
      .where(and(visible, status, condition))
      .orderBy(desc(videos.id))
      .limit(limit);
  const [first, second, ...others] = visibilityConditions(viewer).flatMap((visible) =>
    byStatus.map((status) => idsOf(visible, status)),
  );
  if (first === undefined) throw new Error('A viewer has at least one condition.');
  const ids = second === undefined ? first : union(first, second, ...others);
  return buildOverviewSelect(database, { where: inArray(videos.id, ids), orderBy: [desc(videos.id)], limit });
}
