import type { CatalogDatabase } from '../database.ts';
import { findVideoOverview, type VideoOverview } from './video-overview.ts';

/** Location of a video's current revision, or why there is none. */
export type Playable =
  | {
      readonly state: 'ready';
      readonly location: { readonly videoId: string; readonly revision: number; readonly attemptId: string };
      readonly durationMs: number;
    }
  | { readonly state: 'not_ready' }
  | { readonly state: 'withdrawn' }
  | { readonly state: 'not_found' };

/** Finds the playable revision of a video. @param videoId a UUID; the database rejects anything else */
export async function findPlayable(database: CatalogDatabase, videoId: string): Promise<Playable> {
  return playableOf(await findVideoOverview(database, videoId));
}

/** Returns the playable revision of a video. @param overview undefined if the video does not exist for the viewer */
export function playableOf(overview: VideoOverview | undefined): Playable {
  if (overview === undefined || overview.video.status === 'deleted') return { state: 'not_found' };
  if (overview.video.withdrawnAt !== null) return { state: 'withdrawn' };
  if (overview.playable === null) return { state: 'not_ready' };
  const { number: revision, attemptId, durationMs } = overview.playable;
  return { state: 'ready', location: { videoId: overview.video.id, revision, attemptId }, durationMs: durationMs ?? 0 };
}
