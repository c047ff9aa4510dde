import type { PackagingErrorCode } from '../packaging-error.ts';

/**
 * Level at which a film can be shown just in time: `everywhere` at its permanent URL, in any player; `page` only in the project's
 * own player, whose engine is hls.js; `none` not at all, so that it waits for its encoded renditions.
 */
export type Level = 'everywhere' | 'page' | 'none';

/** Code of a reason why a film is not at a higher level. */
export type ReasonCode =
  /** Not every player decodes the codec. The page asks the browser first. */
  | 'codec_not_everywhere'
  /** Parameter sets may be in the samples (`avc3`, `hev1`). */
  | 'parameter_sets_in_band'
  | 'level_not_everywhere'
  | 'unsupported_profile'
  | 'unsupported_chroma'
  | 'unsupported_bit_depth'
  | 'hdr_not_everywhere'
  | 'interlaced'
  /** Only the page turns the picture. */
  | 'rotated'
  | 'mirrored'
  /** Players find no place to begin decoding: pictures after a key frame depend on those before it. */
  | 'open_gops'
  | 'high_frame_rate'
  | 'key_frames_far_apart'
  | 'several_videos'
  /** The sound starts long after the picture, which players skip until then. */
  | 'late_sound'
  /** The picture starts long after the sound, which players skip until then. */
  | 'late_picture'
  /** The sound ends long before the picture. */
  | 'short_sound'
  /** The sound ends long after the picture. */
  | 'long_sound'
  /** A segment has no sound, but a later one has. */
  | 'sound_gap'
  | 'sound_codec_not_everywhere'
  | PackagingErrorCode;

export interface Reason {
  readonly code: ReasonCode;
  /** Highest level that the reason allows. */
  readonly level: 'page' | 'none';
  /** Explanation in one sentence, for the owner of the video. */
  readonly message: string;
}
