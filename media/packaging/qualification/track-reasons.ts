import type { IndexedTrack, SourceIndex, StoredPlan } from '../index/source-index.ts';
import { planMeasures, readSegmentMeasures } from '../playlists/segment-measures.ts';
import type { Reason, ReasonCode } from './reason.ts';

/**
 * Maximum time between the starts of picture and sound, seconds. Players show what all tracks have: Shaka Player, dash.js and, after
 * more than a second, hls.js begin where the later track begins, and skip as much of the other one. `alignTracks` allows the same
 * time before the first track.
 */
export const MAX_START_DIFFERENCE_SECONDS = 0.25;

/**
 * Maximum time between the ends of picture and sound, seconds. All players play the rest of the longer track, but after a seek into
 * it dash.js stalls if it is longer, and hls.js if the rest has segments of its own.
 */
export const MAX_END_DIFFERENCE_SECONDS = 1;

/** Tracks that are shown together. */
export interface ShownTracks {
  /** Undefined for a film without a picture. */
  readonly video: IndexedTrack | undefined;
  readonly sound: readonly IndexedTrack[];
}

/** Returns why picture and sound cannot be shown together: one starts or ends long before the other, or sound has a gap. */
export function trackReasons(index: SourceIndex, plan: StoredPlan, { video, sound }: ShownTracks): readonly Reason[] {
  const reasons = sound.flatMap((track) => {
    const apart = video === undefined ? [] : [...startReasons(video, track), ...endReasons(video, track)];
    return apart.length > 0 ? apart : gapReasons(index, plan, track, video !== undefined);
  });
  // Sound tracks of a film usually share a fault.
  return reasons.filter(({ code }, at) => reasons.findIndex((other) => other.code === code) === at);
}

function startReasons(video: IndexedTrack, sound: IndexedTrack): Reason[] {
  const seconds = sound.startTime / sound.timescale - video.startTime / video.timescale;
  if (Math.abs(seconds) <= MAX_START_DIFFERENCE_SECONDS) return [];
  const difference = `${Math.abs(seconds).toFixed(3)} s`;
  return seconds > 0
    ? [reason('late_sound', `The sound starts ${difference} after the picture, and players skip what is shown before.`)]
    : [reason('late_picture', `The picture starts ${difference} after the sound, and players skip what is played before.`)];
}

function endReasons(video: IndexedTrack, sound: IndexedTrack): Reason[] {
  const seconds = sound.endTime / sound.timescale - video.endTime / video.timescale;
  if (Math.abs(seconds) <= MAX_END_DIFFERENCE_SECONDS) return [];
  const difference = `${Math.abs(seconds).toFixed(3)} s`;
  return seconds > 0
    ? [reason('long_sound', `The sound ends ${difference} after the picture, and players stall there after a seek.`)]
    : [reason('short_sound', `The sound ends ${difference} before the picture, and players stall there after a seek.`)];
}

/**
 * Finds a segment without sound. hls.js refuses a fragment without samples. After the end of the sound none is listed, but Shaka Player
 * then ends HLS with the last listed segment, and shows no picture after it.
 */
function gapReasons(index: SourceIndex, plan: StoredPlan, sound: IndexedTrack, hasVideo: boolean): Reason[] {
  const measures = planMeasures(index, plan);
  const position = index.tracks.indexOf(sound);
  const hasSound = (segment: number): boolean => !Number.isNaN(readSegmentMeasures(measures, plan, position, segment).startTime);
  let end = plan.segments;
  while (end > 0 && !hasSound(end - 1)) end -= 1;
  for (let segment = 0; segment < end; segment += 1)
    if (!hasSound(segment)) return [reason('sound_gap', `Segment ${segment} has no sound, and players stall there.`)];
  if (end === plan.segments || !hasVideo) return [];
  return [reason('short_sound', 'The sound ends before the last segment, and players show no picture after it.')];
}

function reason(code: ReasonCode, message: string): Reason {
  return { code, level: 'none', message };
}
