import { and, eq, exists, ne } from 'drizzle-orm';
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
  const kept = database
    .select({ id: revisions.id })
    .from(revisions)
    .where(and(eq(revisions.videoId, videos.id), ne(revisions.status, 'deleted')));
  const [row] = await database
    .select({ revision: revisions })
    .from(videos)
    .leftJoin(revisions, eq(revisions.id, videos.currentRevisionId))
    .where(and(eq(videos.id, videoId), exists(kept)));
  if (row === undefined) return { state: 'not_found' };
  const { revision } = row;
  if (revision?.status !== 'ready' || revision.attemptId === null) return { state: 'not_ready' };
  return {
    state: 'ready',
    location: { videoId, revision: revision.number, attemptId: revision.attemptId },
    durationMs: revision.durationMs ?? 0,
  };
}
