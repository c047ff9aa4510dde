import { and, eq, ne } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { videos } from '../schema/index.ts';
import type { Visibility } from '../schema/video-status.ts';

/** Changes only what is named. */
export interface VideoEdit {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly visibility?: Visibility | undefined;
}

/** @returns false if there is no such video any more */
export async function updateVideo(database: CatalogDatabase, videoId: string, edit: VideoEdit): Promise<boolean> {
  const edited = await database
    .update(videos)
    .set(edit)
    .where(and(eq(videos.id, videoId), ne(videos.status, 'deleted')))
    .returning({ id: videos.id });
  return edited.length > 0;
}
