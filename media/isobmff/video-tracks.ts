import type { Movie, MovieTrack } from './movie.ts';

/** Returns the video tracks that the encoder's probe counts: all but those with an image per chapter. */
export function videoTracks({ tracks }: Movie): readonly MovieTrack[] {
  const chapters = new Set(tracks.flatMap(({ chapterTracks }) => chapterTracks));
  return tracks.filter(({ id, handler }) => handler === 'vide' && !chapters.has(id));
}
