import type { ProbeResult } from '@aws-sdk/client-mediaconvert';
import type { Movie } from '../../media/isobmff/movie.ts';
import { videoTracks } from '../../media/isobmff/video-tracks.ts';
import { UploadRejectedError } from '../chain/errors.ts';

/**
 * Refuses a file that has videos if the samples of all of them are in other files.
 *
 * @throws UploadRejectedError `playlist_not_media`
 */
export function requireOwnVideo(movie: Movie): void {
  const videos = videoTracks(movie);
  if (videos.length > 0 && videos.every(({ isExternal }) => isExternal)) throw new UploadRejectedError('playlist_not_media');
}

/**
 * Finds the video tracks whose media is in another file.
 *
 * @returns their positions among the video tracks of the probe
 * @throws UploadRejectedError `playlist_not_media` if the probe lists other tracks than the index, so that an external one,
 * of video or sound, cannot be left out
 */
export function findExternalVideos(movie: Movie | undefined, probe: ProbeResult): ReadonlySet<number> {
  if (movie === undefined) return new Set();
  const videos = videoTracks(movie);
  const sounds = movie.tracks.filter(({ handler }) => handler === 'soun');
  for (const [type, tracks] of [['video', videos], ['audio', sounds]] as const) {
    const probed = (probe.Container?.Tracks ?? []).filter(({ TrackType }) => TrackType === type);
    const isMatched = probed.length === tracks.length;
    if (!isMatched && tracks.some(({ isExternal }) => isExternal)) throw new UploadRejectedError('playlist_not_media');
  }
  return new Set(videos.flatMap(({ isExternal }, position) => (isExternal ? position : [])));
}
