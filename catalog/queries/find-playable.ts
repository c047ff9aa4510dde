import { eq } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, videos } from '../schema/index.ts';

/** What the catalog knows of a video that is asked for: where its current revision lies, or why there is none. */
export type Playable =
  | {
      readonly state: 'ready';
      readonly location: { readonly videoId: string; readonly revision: number; readonly attemptId: string };
      readonly durationMs: number;
    }
  | { readonly state: 'not_ready' }
  | { readonly state: 'not_found' };

/** @param videoId a UUID; the database refuses anything else */
export async function findPlayable(database: CatalogDatabase, videoId: string): Promise<Playable> {
  const [row] = await database
    .select({ revision: revisions })
    .from(videos)
    .leftJoin(revisions, eq(revisions.id, videos.currentRevisionId))
    .where(eq(videos.id, videoId));
  if (row === undefined) return { state: 'not_found' };
  const { revision } = row;
  if (revision?.status !== 'ready' || revision.attemptId === null) return { state: 'not_ready' };
  return {
    state: 'ready',
    location: { videoId, revision: revision.number, attemptId: revision.attemptId },
    durationMs: revision.durationMs ?? 0,
  };
}
