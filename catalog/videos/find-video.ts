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

/** Attempts to read one version of a video; each fails only if the video changes within it. */
const MAX_ATTEMPTS = 10;

/**
 * Finds a video, which may be the tombstone of a deleted one. Its fields belong together: who may see a description is
 * decided by the visibility that was stored with it.
 *
 * @param videoId a UUID; the database rejects anything else
 * @throws Error if the video changes without a pause
 */
export async function findVideo(database: CatalogDatabase, videoId: string): Promise<FoundVideo | undefined> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const found = await readVideo(database, videoId);
    if (found !== 'changed') return found;
  }
  throw new Error(`Video ${videoId} changes faster than it can be read.`);
}

/**
 * Reads a video by statements that run concurrently, since each is a separate request, and each sees the database at a time of
 * its own.
 *
 * @returns `changed` if they saw different versions of the video: every change of it or its newest revision has its own
 *   transaction id
 */
async function readVideo(database: CatalogDatabase, videoId: string): Promise<FoundVideo | undefined | 'changed'> {
  const ofVideo = eq(videos.id, videoId);
  const latestId = database.select({ id: videos.latestRevisionId }).from(videos).where(ofVideo);
  const currentId = database.select({ id: videos.currentRevisionId }).from(videos).where(ofVideo);
  const [row, [details], stepRows, renditionRows, [upload]] = await Promise.all([
    findVideoOverview(database, videoId),
    database
      .select({ changedXid: videos.changedXid, description: videos.description, revision: revisions })
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
  if (row?.video.changedXid !== details?.changedXid) return 'changed';
  if (row === undefined || details === undefined) return undefined;
  return {
    ...row,
    description: details.description,
    // The stored percentage is that of an earlier version.
    revision: details.revision && { ...details.revision, percent: row.latest?.percent ?? null },
    steps: stepRows.filter(({ revisionId }) => revisionId === details.revision?.id),
    renditions: row.playable === null ? [] : renditionRows,
    upload: upload ?? null,
  };
}
