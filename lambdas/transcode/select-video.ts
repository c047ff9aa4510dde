import type { ProbeResult, Track } from '@aws-sdk/client-mediaconvert';
import { chooseVideo, type TrackPlace } from '../../media/containers/choose-video.ts';
import { UploadRejectedError } from '../chain/errors.ts';

/** The video track to encode. */
export interface SelectedVideo {
  readonly track: Track;
  readonly place: TrackPlace;
}

/**
 * Selects the video track to encode.
 *
 * @param external positions of video tracks whose media is in another file
 * @throws UploadRejectedError `no_video_track`, `unsupported_codec`
 */
export function selectVideo(probe: ProbeResult, external: ReadonlySet<number> = new Set()): SelectedVideo {
  const tracks = (probe.Container?.Tracks ?? []).filter(({ TrackType }) => TrackType === 'video');
  if (tracks.length === 0) throw new UploadRejectedError('no_video_track');
  const candidates = tracks.map(({ Codec = 'UNKNOWN', Duration }, index) => ({
    codec: external.has(index) ? 'UNKNOWN' : Codec,
    durationSeconds: Duration,
  }));
  const position = chooseVideo(candidates);
  const track = position === undefined ? undefined : tracks[position];
  if (position === undefined || track === undefined) throw new UploadRejectedError('unsupported_codec');
  return { track, place: { position, count: tracks.length } };
}
