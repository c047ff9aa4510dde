import type { CatalogDatabase } from '../database.ts';
import type { FilmFacts } from '../schema/just-in-time-facts.ts';
import { findVideoOverview, type VideoOverview } from './video-overview.ts';

/** The streams of a video, or the reason why it cannot be played. */
export type Playable = PlayableVideo | { readonly state: 'not_ready' } | { readonly state: 'withdrawn' } | { readonly state: 'not_found' };

export interface PlayableVideo {
  readonly state: 'playable';
  readonly videoId: string;
  /** Number of the revision that plays; for the project's own page, that of `pageSource`. */
  readonly revision: number;
  readonly durationMs: number;
  /** Encoded renditions; null before the first encode is ready. */
  readonly encode: { readonly revision: number; readonly attemptId: string } | null;
  /** True once the permanent address responds. */
  readonly hasPermanentAddress: boolean;
  /** Source that only the project's page can play; null if there is none. */
  readonly pageSource: { readonly revision: number; readonly film: FilmFacts } | null;
}

/** Finds the streams of a video. @param videoId a UUID; the database rejects anything else */
export async function findPlayable(database: CatalogDatabase, videoId: string): Promise<Playable> {
  return playableOf(await findVideoOverview(database, videoId));
}

/** Returns the streams of a video. @param overview undefined if the video does not exist for the viewer */
export function playableOf(overview: VideoOverview | undefined): Playable {
  if (overview === undefined || overview.video.status === 'deleted') return { state: 'not_found' };
  const { video, playable, source, pageSource, hasPointer } = overview;
  if (video.withdrawnAt !== null) return { state: 'withdrawn' };
  const shown = pageSource ?? source;
  const number = shown?.number ?? playable?.number;
  const durationMs = shown?.film.durationMs ?? playable?.durationMs;
  if (number === undefined) return { state: 'not_ready' };
  return {
    state: 'playable',
    videoId: video.id,
    revision: number,
    durationMs: durationMs ?? 0,
    encode: playable === null ? null : { revision: playable.number, attemptId: playable.attemptId },
    hasPermanentAddress: hasPointer && (playable !== null || source !== null),
    pageSource: pageSource === null ? null : { revision: pageSource.number, film: pageSource.film },
  };
}
