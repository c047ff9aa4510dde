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

/** A video with the details of its newest upload and the renditions that viewers get. */
export interface FoundVideo extends VideoOverview {
  readonly description: string;
  readonly revision: Revision | null;
  readonly steps: readonly StepRow[];
  readonly renditions: readonly Rendition[];
  /** Its upload; null if it was not uploaded through the API. */
  readonly upload: UploadRow | null;
}

/**
 * Finds a video, which may be the tombstone of a deleted one.
 *
 * @param videoId a UUID; the database rejects anything else
 */
export async function findVideo(database: CatalogDatabase, videoId: string): Promise<FoundVideo | undefined> {
  const ofVideo = eq(videos.id, videoId);
  const latestId = database.select({ id: videos.latestRevisionId }).from(videos).where(ofVideo);
  const currentId = database.select({ id: videos.currentRevisionId }).from(videos).where(ofVideo);
  // Concurrently, since each is a separate request.
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
