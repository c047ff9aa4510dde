import { asc, desc, eq, inArray } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import {
  renditions,
  revisions,
  steps,
  uploads,
  videos,
  type Rendition,
  type Revision,
  type StepRow,
  type UploadRow,
} from '../schema/index.ts';
import { findVideoOverview, type VideoOverview } from './video-overview.ts';

/** A video with all that is known of its newest upload, and with the renditions that are played. */
export interface FoundVideo extends VideoOverview {
  readonly description: string;
  readonly revision: Revision | null;
  readonly steps: readonly StepRow[];
  readonly renditions: readonly Rendition[];
  /** How it came, if through the API. */
  readonly upload: UploadRow | null;
}

/**
 * @param videoId a UUID; the database refuses anything else
 * @returns also tombstones of deleted videos
 */
export async function findVideo(database: CatalogDatabase, videoId: string): Promise<FoundVideo | undefined> {
  const ofVideo = eq(videos.id, videoId);
  const latestId = database.select({ id: videos.latestRevisionId }).from(videos).where(ofVideo);
  const currentId = database.select({ id: videos.currentRevisionId }).from(videos).where(ofVideo);
  // Side by side: each is a request of its own.
  const [row, [details], stepRows, renditionRows, [upload]] = await Promise.all([
    findVideoOverview(database, videoId),
    database
      .select({ description: videos.description, revision: revisions })
      .from(videos)
      .leftJoin(revisions, eq(revisions.id, videos.latestRevisionId))
      .where(ofVideo),
    database.select().from(steps).where(inArray(steps.revisionId, latestId)).orderBy(asc(steps.startedAt)),
    database
      .select()
      .from(renditions)
      .where(inArray(renditions.revisionId, currentId))
      .orderBy(desc(renditions.kind), desc(renditions.averageBps)),
    database.select().from(uploads).where(eq(uploads.videoId, videoId)),
  ]);
  if (row === undefined || details === undefined) return undefined;
  return {
    ...row,
    ...details,
    steps: stepRows,
    renditions: row.playable === null ? [] : renditionRows,
    upload: upload ?? null,
  };
}
