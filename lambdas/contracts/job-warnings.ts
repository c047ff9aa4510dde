import type { SourceWarning } from '../../catalog/schema/source-warning.ts';
import type { FoundWarning, SourceWarningCode } from './source-warnings.ts';

/** A job's warning and its number of occurrences, as its completion event reports them. */
export interface JobWarning {
  readonly code: number;
  readonly count: number;
}

/**
 * Our warning for each MediaConvert code that means that viewers miss part of the source.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/warning_codes.html
 *
 * The others only reach the log: 100000 (queue hop), 230001 and 230005 (missing color metadata, for which the encoder
 * assumes defaults), 230002 (audio duration correction, which our jobs do not request), 230004 (size of an `mdhd` box),
 * 230007 (order of fragments), 240003 (HDR10+ output), 250001 (caption fonts), 250002 (Dolby CBI), 250003 (saliency
 * aware encoding), 260000 (output transport streams) and 270000 (throttling by S3).
 */
const WARNINGS_BY_CODE: Readonly<Record<number, SourceWarningCode>> = {
  /** Input incomplete: the file is truncated. */
  220000: 'source_cut_off',
  /** Input audio: a portion cannot be decoded. */
  230006: 'sound_damaged',
  /** Input MP4 decode: a portion of the video stream cannot be decoded. */
  230008: 'picture_damaged',
  /** Output audio silence: at least 100 ms were added to keep audio and video in sync. */
  240000: 'silence_added',
  /** Output dropped audio: at least 100 ms were removed to align audio and video. */
  240001: 'sound_cut',
};

/**
 * Returns the user-facing warnings for a job's warnings; *warning on AWS*. A job reports no times, so it adds nothing to a
 * known warning that has the same code and a time.
 *
 * @param known warnings that the chain found by itself
 */
export function warningsOfJob(warnings: readonly JobWarning[] = [], known: readonly SourceWarning[] = []): FoundWarning[] {
  const located = new Set(known.filter(({ startMs }) => startMs !== undefined).map(({ code }) => code));
  const codes = new Set(warnings.flatMap(({ code }) => WARNINGS_BY_CODE[code] ?? []));
  return [...codes].filter((code) => !located.has(code)).map((code) => ({ code }));
}
