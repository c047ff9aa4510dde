import { and, eq, ne } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { videos } from '../schema/index.ts';
import type { Visibility } from '../schema/video-status.ts';

/** Fields to change; the others keep their values. */
export interface VideoEdit {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly visibility?: Visibility | undefined;
}

/** Updates a video. @returns false if it does not exist or was deleted */
export async function updateVideo(database: CatalogDatabase, videoId: string, edit: VideoEdit): Promise<boolean> {
  const edited = await database
    .update(videos)
    .set(edit)
    .where(and(eq(videos.id, videoId), ne(videos.status, 'deleted')))
    .returning({ id: videos.id });
  return edited.length > 0;
}
