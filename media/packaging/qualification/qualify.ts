import { leadingTrack, type LeftOutTrack, type SourceIndex, type StoredPlan } from '../index/source-index.ts';
import { PackagingError } from '../packaging-error.ts';
import { planSegments, SEGMENT_SECONDS } from '../segments/plan-segments.ts';
import { segmentTimes } from '../segments/segment-samples.ts';
import { pictureReasons } from './picture-reasons.ts';
import type { Level, Reason } from './reason.ts';
import { chooseSound, type SoundChoice, unplayableMessage } from './sound-choice.ts';
import { trackReasons } from './track-reasons.ts';

/** A sound track that is not played just in time. */
export interface UnplayedSound extends Omit<LeftOutTrack, 'code'> {
  readonly code: LeftOutTrack['code'] | 'unplayable_sound' | 'sound_codec_not_everywhere';
}

/** Level at which a film can be shown just in time, and the tracks to show. */
export interface Qualification {
  readonly level: Level;
  /** Why the level is not a higher one. */
  readonly reasons: readonly Reason[];
  /** Positions in the index of the tracks to show. */
  readonly tracks: readonly number[];
  /** Sound that is left out, while other sound is played. */
  readonly leftOut: readonly UnplayedSound[];
}

/**
 * Longest segment, seconds. A segment of the maximum size arrives in half its duration: dash.js gives up after 20 s
 * (`fragmentRequestTimeout`). In the project's page, no segment may be larger than the 100 MB that Firefox buffers
 * (`media.mediasource.eviction_threshold.video`), and hls.js waits 120 s (`fragLoadPolicy`).
 */
export const MAX_SEGMENT_SECONDS: Readonly<Record<Exclude<Level, 'none'>, number>> = { everywhere: 40, page: 90 };

/**
 * Decides the level at which a film can be shown just in time.
 *
 * @param segmentSeconds duration that segments come close to, seconds. @default 6
 */
export function qualify(index: SourceIndex, segmentSeconds = SEGMENT_SECONDS): Qualification {
  const videos = index.tracks.filter(({ kind }) => kind === 'video');
  const sound = chooseSound(index.tracks.filter(({ kind }) => kind === 'audio'));
  if (leadingTrack(index) === undefined) throw new PackagingError('no_tracks', 'The index has no tracks.');
  const plan = planSegments(index, segmentSeconds);
  const reasons = [
    ...(videos.length > 1 ? [SEVERAL_VIDEOS] : []),
    ...videos.slice(0, 1).flatMap(pictureReasons),
    ...soundReasons(sound),
    ...trackReasons(index, plan, { video: videos[0], sound: sound.played }),
    ...segmentReasons(index, plan),
  ];
  const shown = [...videos.slice(0, 1), ...sound.played];
  return {
    level: lowestOf(reasons),
    reasons,
    tracks: index.tracks.flatMap((track, position) => (shown.includes(track) ? [position] : [])),
    leftOut: [...index.leftOut, ...unplayedOf(sound)],
  };
}

/** Returns the qualification of a source that cannot be packaged. */
export function disqualify({ code, message }: PackagingError): Qualification {
  return { level: 'none', reasons: [{ code, level: 'none', message }], tracks: [], leftOut: [] };
}

const SEVERAL_VIDEOS: Reason = { code: 'several_videos', level: 'none', message: 'The file has several video tracks.' };

function lowestOf(reasons: readonly Reason[]): Level {
  if (reasons.length === 0) return 'everywhere';
  return reasons.every(({ level }) => level === 'page') ? 'page' : 'none';
}

function soundReasons({ level, leftOut, played }: SoundChoice): Reason[] {
  if (level === 'none') return [{ code: 'unplayable_sound', level, message: unplayableMessage(leftOut) }];
  if (level === 'everywhere') return [];
  const codecs = [...new Set(played.map(({ codecString }) => codecString))].join(', ');
  return [{ code: 'sound_codec_not_everywhere', level, message: `Not every player plays the sound (${codecs}).` }];
}

function unplayedOf({ level, leftOut }: SoundChoice): readonly UnplayedSound[] {
  if (level === 'none') return [];
  const { level: best } = chooseSound(leftOut);
  return leftOut.map(({ id, language, codecString }) => {
    const isPlayable = best !== 'none' && chooseSound(leftOut.filter((track) => track.id === id)).level !== 'none';
    return isPlayable
      ? { id, language, code: 'sound_codec_not_everywhere', message: `Not every player plays ${codecString}.` }
      : { id, language, code: 'unplayable_sound', message: `Browsers do not play ${codecString}.` };
  });
}

function segmentReasons(index: SourceIndex, plan: StoredPlan): Reason[] {
  const lead = leadingTrack(index);
  // The last segment also has the sound after the last picture.
  const end = lead === undefined ? Infinity : lead.endTime / lead.timescale;
  let longest = 0;
  for (let segment = 0; segment < plan.segments; segment += 1) {
    const { startSeconds, endSeconds } = segmentTimes(index, plan, segment);
    longest = Math.max(longest, Math.min(endSeconds, end) - startSeconds);
  }
  if (longest <= MAX_SEGMENT_SECONDS.everywhere) return [];
  const message = `Key frames are up to ${Math.round(longest)} s apart, and a segment begins with one.`;
  return [{ code: 'key_frames_far_apart', level: longest <= MAX_SEGMENT_SECONDS.page ? 'page' : 'none', message }];
}
