import type { CatalogDatabase } from '../database.ts';
import { findVideoOverview, type VideoOverview } from './video-overview.ts';

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
  return playableOf(await findVideoOverview(database, videoId));
}

/** @param row undefined where there is no video, or none that the asker may see */
export function playableOf(row: VideoOverview | undefined): Playable {
  if (row === undefined || row.video.status === 'deleted') return { state: 'not_found' };
  if (row.playable === null) return { state: 'not_ready' };
  const { number: revision, attemptId, durationMs } = row.playable;
  return { state: 'ready', location: { videoId: row.video.id, revision, attemptId }, durationMs: durationMs ?? 0 };
}
