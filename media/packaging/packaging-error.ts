/** Reason why a file, an index or a segment cannot be packaged. */
export type PackagingErrorCode =
  /** The file is not an ISO base media file, or has no movie box. */
  | 'not_mp4'
  /** A box or a table is damaged, or tables contradict each other. */
  | 'damaged'
  /** Reading takes more requests, bytes or entries than the limits allow. */
  | 'over_budget'
  /** Samples lie beyond the end of the file, which was cut off. */
  | 'media_missing'
  /** Samples are in another file. */
  | 'external_media'
  | 'encrypted'
  /** No enabled track has samples that a player shows or plays. */
  | 'no_tracks'
  | 'unsupported_video_codec'
  | 'unsupported_audio_codec'
  /** The film has sound, but none that browsers play. */
  | 'unplayable_sound'
  /** The codec's configuration changes within a track. */
  | 'changing_configuration'
  /** The track is shown under a matrix other than rotation by multiples of 90 degrees and mirroring. */
  | 'unsupported_matrix'
  /** An edit changes the speed, or leaves a gap after the first picture, or the edits hide all of a track. */
  | 'unsupported_edit'
  /** An edit begins with a picture that only hidden ones make decodable. */
  | 'edit_inside_gop'
  | 'no_key_frame'
  /** Decoding times decrease, or a sample is longer than 2^32 ticks. */
  | 'bad_times'
  /** The first picture comes more than a quarter of a second after the first decoding time. */
  | 'late_start'
  /** A group of pictures is larger than a segment may be. */
  | 'segment_too_large'
  /** The codec, or this configuration of it, has no place in an MPEG-2 transport stream. */
  | 'not_in_mpeg_ts'
  /** Bytes of a sample contradict the codec's framing. */
  | 'damaged_sample'
  | 'no_such_segment'
  /** A clip's parameters are not valid, or lie after the end of the film. */
  | 'bad_clip'
  | 'index_damaged'
  /** The index was written in another version of the format. */
  | 'index_version'
  /** The index belongs to another source. */
  | 'index_of_other_source';

/** Thrown for a file, an index or a request that cannot be packaged. Trying again does not help. */
export class PackagingError extends Error {
  override readonly name = 'PackagingError';
  readonly code: PackagingErrorCode;

  constructor(code: PackagingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
