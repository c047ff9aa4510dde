import { eq } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { uploads, videos, type UploadRow, type VideoRow } from '../schema/index.ts';

export interface FoundUpload {
  readonly upload: UploadRow;
  readonly video: VideoRow;
}

/** Returns an upload and its video, or undefined if it does not exist. */
export async function findUpload(database: CatalogDatabase, uploadId: string): Promise<FoundUpload | undefined> {
  const [row] = await database
    .select({ upload: uploads, video: videos })
    .from(uploads)
    .innerJoin(videos, eq(videos.id, uploads.videoId))
    .where(eq(uploads.id, uploadId));
  return row;
}

/** Returns the upload that a video came from, or undefined if it was not uploaded through the API. */
export async function findUploadOfVideo(database: CatalogDatabase, videoId: string): Promise<UploadRow | undefined> {
  const [upload] = await database.select().from(uploads).where(eq(uploads.videoId, videoId));
  return upload;
}
