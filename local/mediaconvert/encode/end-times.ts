import { valueOf } from '../../../media/rational.ts';
import type { EncodePlan } from './encode-plan.ts';
import { MAX_ROUNDING_SECONDS, minPaddedSeconds, type StartTimes } from './start-times.ts';

/** When the tracks of a source end, in seconds of its own timeline. */
export interface TrackEnds {
  /** End of the last video packet; undefined if it could not be measured. */
  readonly videoSeconds: number | undefined;
  /** End of the longest decodable audio; -Infinity if there is none. */
  readonly audioSeconds: number;
}

/** When the outputs end. */
export interface EndTimes {
  /** Number of video frames, including black ones; undefined if no black frames follow the last one. */
  readonly paddedFrames: number | undefined;
  /** End of the video, seconds of the presentation; undefined if unknown. */
  readonly presentationSeconds: number | undefined;
}

/**
 * Derives when the outputs end. With padding, black frames follow a video that ends before the longest audio: "output video
 * and audio durations match". Audio that is longer by less than a frame is trimmed if the settings match it to the video.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/video-padding.html
 *
 * @param ends undefined if no output depends on another track's end
 */
export function deriveEndTimes(
  { padsVideo, frameRate }: Pick<EncodePlan, 'padsVideo' | 'frameRate'>,
  { sourceSeconds, videoSeconds, blackFrames }: Omit<StartTimes, 'audio'>,
  ends: TrackEnds | undefined,
): EndTimes {
  if (ends?.videoSeconds === undefined) return { paddedFrames: undefined, presentationSeconds: undefined };
  const rate = valueOf(frameRate);
  const frames = blackFrames + Math.max(1, Math.round((ends.videoSeconds - sourceSeconds) * rate));
  const audioFrames = blackFrames + (ends.audioSeconds - sourceSeconds - MAX_ROUNDING_SECONDS) * rate;
  const isPadded = padsVideo && (audioFrames - frames) / rate >= minPaddedSeconds(frameRate) - MAX_ROUNDING_SECONDS;
  const paddedFrames = isPadded ? Math.ceil(audioFrames) : undefined;
  return { paddedFrames, presentationSeconds: videoSeconds + (paddedFrames ?? frames) / rate };
}

/** Number of missing frames that counts as rounding. */
const MAX_ROUNDED_FRAMES = 2;

/**
 * Returns the ends for another run if the last packets of a padded video did not decode: black frames take their place, so
 * that picture and sound end together.
 *
 * @param encodedFrames number of frames that the first run produced
 * @returns undefined if the video is complete
 */
export function padToEnd(
  { padsVideo, frameRate }: Pick<EncodePlan, 'padsVideo' | 'frameRate'>,
  { videoSeconds }: Pick<StartTimes, 'videoSeconds'>,
  { paddedFrames, presentationSeconds }: EndTimes,
  encodedFrames: number,
): EndTimes | undefined {
  if (!padsVideo || paddedFrames !== undefined || presentationSeconds === undefined) return undefined;
  const frames = Math.round((presentationSeconds - videoSeconds) * valueOf(frameRate));
  return frames - encodedFrames <= MAX_ROUNDED_FRAMES ? undefined : { paddedFrames: frames, presentationSeconds };
}
