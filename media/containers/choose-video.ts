/** Properties of a video track that decide whether it is chosen. */
export interface VideoCandidate {
  /** MediaConvert's name, such as `AVC`; `UNKNOWN` for a codec that it does not decode. */
  readonly codec: string;
  readonly durationSeconds?: number | undefined;
}

/** Fraction of the longest track's duration below which a track counts as a still image or a preview. */
const MIN_SHARE = 0.5;

/**
 * Chooses the video track in a file with several: the first decodable one that is not much shorter than another. Motion JPEG
 * is chosen only if there is nothing else, since cameras and editors store thumbnails in it.
 *
 * Plan, *warning on AWS*: "MediaConvert doesn't support inputs with multiple video streams", and no setting selects one of
 * them outside HLS and transport streams. Its choice is not documented.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/create-selectors.html
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html#jobs-model-videoselector
 *
 * @returns the position of the track, or undefined if none can be decoded
 */
export function chooseVideo(tracks: readonly VideoCandidate[]): number | undefined {
  const known = tracks.filter(({ codec }) => codec !== 'UNKNOWN');
  const moving = known.filter(({ codec }) => codec !== 'MJPEG');
  const candidates = moving.length > 0 ? moving : known;
  const longest = Math.max(0, ...candidates.map(({ durationSeconds = 0 }) => durationSeconds));
  // Streams state no duration for a single frame.
  const chosen = candidates.find(({ durationSeconds = 0 }) => durationSeconds >= longest * MIN_SHARE);
  return chosen === undefined ? undefined : tracks.indexOf(chosen);
}

/** A track's position among tracks of its kind, as the encoder's probe lists them. */
export interface TrackPlace {
  readonly position: number;
  readonly count: number;
}

/** Returns the track at a position, or the first one if the container's own list has another length. */
export function trackAt<Track>(tracks: readonly Track[], { position, count }: TrackPlace): Track | undefined {
  return tracks[tracks.length === count ? position : 0];
}
