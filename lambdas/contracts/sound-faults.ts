import { endCodeOfJobError, type JobError } from './job-errors.ts';

/** Sound that the encoder could not decode at all, which failed the job. */
export interface SoundFault {
  /** Number of the track among those that the encoder recognizes, from 1; undefined if its message names none. */
  readonly track: number | undefined;
}

/**
 * Recognizes a job that failed only because of a sound track. Its video can be encoded without that track; MediaConvert
 * charges nothing for a failed job.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_error_codes.html
 */
export function findSoundFault(error: JobError): SoundFault | undefined {
  const { errorCode, errorMessage = '' } = error;
  // A failed fetch says nothing about the sound, whichever part of the file was requested.
  if (/^encoder_(?:denied|error)$/.test(endCodeOfJobError(error))) return undefined;
  const isFault = errorCode !== undefined && (ABOUT_SOUND[errorCode]?.test(errorMessage) ?? false);
  return isFault ? { track: trackIn(errorMessage) } : undefined;
}

/** Messages about sound, by code. */
const ABOUT_SOUND: Readonly<Record<number, RegExp>> = {
  /** Missing audio error. */
  1021: /(?:)/,
  /** Unsupported codec error. */
  1030: /audio codec/i,
  /** Job settings compatibility error: the encoder does not count a track that its probe returned. */
  1040: /audio track/i,
  /** Audio decode error. */
  1092: /(?:)/,
};

/** Messages that name a track, by its number or by our jobs' name for its selector. */
const TRACKS = [/Audio Selector (\d+)/, /for track \[(\d+)\]/, /Audio track \[(\d+)\]/];

function trackIn(message: string): number | undefined {
  const track = TRACKS.map((pattern) => pattern.exec(message)?.[1]).find((found) => found !== undefined);
  return track === undefined ? undefined : Number(track);
}
