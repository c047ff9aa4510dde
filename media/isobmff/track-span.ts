import type { Movie, MovieTrack } from './movie.ts';

/** When a track is presented, seconds from the start of the presentation. */
export interface TrackSpan {
  readonly startSeconds: number;
  /** Undefined if the file does not state it. */
  readonly endSeconds: number | undefined;
}

/**
 * Returns when a track is presented: its edits place it on the movie's timeline, one after another, and an empty edit at the
 * start delays it. ISO/IEC 14496-12:2022, 8.6.5 and 8.6.6.
 */
export function trackSpan(movie: Movie, track: MovieTrack): TrackSpan {
  const { startSeconds, mediaSeconds, shown } = firstShown(movie, track);
  // In fragmented files an edit of 0 lasts to the end of the track, whose duration is not stated.
  if (shown.length > 0 && shown.every(({ segmentDuration }) => segmentDuration > 0))
    return { startSeconds, endSeconds: startSeconds + ticksOf(shown) / movie.timescale };
  const mediaEnd = track.duration > 0 ? track.duration / track.timescale : undefined;
  return { startSeconds, endSeconds: mediaEnd === undefined ? undefined : startSeconds + mediaEnd - mediaSeconds };
}

/** Returns the shift of a track's first edit from media time to the movie's timeline, in seconds. */
export function presentationOffset(movie: Movie, track: MovieTrack): number {
  const { startSeconds, mediaSeconds } = firstShown(movie, track);
  return startSeconds - mediaSeconds;
}

/** Returns the start and the media time of a track's first edit, and the edits from it on. */
function firstShown({ timescale: movieTimescale }: Movie, { edits, timescale }: MovieTrack) {
  const first = Math.max(0, edits.findIndex(({ mediaTime }) => mediaTime >= 0));
  const shown = edits.slice(first);
  return {
    startSeconds: ticksOf(edits.slice(0, first)) / movieTimescale,
    mediaSeconds: Math.max(0, shown[0]?.mediaTime ?? 0) / timescale,
    shown,
  };
}

function ticksOf(edits: MovieTrack['edits']): number {
  return edits.reduce((sum, { segmentDuration }) => sum + segmentDuration, 0);
}
