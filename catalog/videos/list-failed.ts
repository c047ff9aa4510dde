import { and, asc, eq, gt, ne, or } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, videos, type VideoRow } from '../schema/index.ts';

/** A video with the code of its newest upload. */
export interface VideoWithCode {
  readonly video: VideoRow;
  readonly code: string | null;
}

/** Lists videos whose newest upload failed with a code, by id. @param after id of the last video of the previous page */
export function listFailed(
  database: CatalogDatabase,
  { code, after, limit }: { readonly code: string; readonly after?: string | undefined; readonly limit: number },
): Promise<VideoWithCode[]> {
  return database
    .select({ video: videos, code: revisions.code })
    .from(videos)
    .innerJoin(revisions, eq(revisions.id, videos.latestRevisionId))
    .where(
      and(
        eq(videos.status, 'failed'),
        eq(revisions.code, code),
        after === undefined ? undefined : gt(videos.id, after),
      ),
    )
    .orderBy(asc(videos.id))
    .limit(limit);
}

/** Finds a video by its id or its key in the source bucket. @param id undefined if the name is no id */
export async function findNamedVideo(
  database: CatalogDatabase,
  { id, key }: { readonly id: string | undefined; readonly key: string },
): Promise<VideoWithCode | undefined> {
  const [found] = await database
    .select({ video: videos, code: revisions.code })
    .from(videos)
    .leftJoin(revisions, eq(revisions.id, videos.latestRevisionId))
    .where(and(ne(videos.status, 'deleted'), or(eq(videos.key, key), id === undefined ? undefined : eq(videos.id, id))))
    .limit(1);
  return found;
}
