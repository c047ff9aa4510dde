import type { SourceAudioFacts, SourceFacts, SourceVideoFacts } from '../../catalog/schema/source-facts.ts';
import { findLastingColors } from '../../media/color/color-changes.ts';
import type { StreamParameters } from '../../media/containers/stream-parameters.ts';
import { findSustainedRate } from '../../media/frame-rate/sustained-rate.ts';
import { findLastingPicture } from '../../media/picture/lasting-picture.ts';
import { type FrameStretch, type Picture, SQUARE } from '../../media/picture/picture.ts';
import { valueOf } from '../../media/rational.ts';
import type { SoundFormat } from '../../media/sound/sound-format.ts';

/** Minimum number of frames with a channel layout: fewer are taken as damage. */
const MIN_FRAMES = 2;
/** Minimum ratio of a higher frame rate to the measured one; a lower ratio is imprecision. */
const MIN_RATE_RATIO = 1.1;

/**
 * Replaces facts that a probe reads from the beginning of a file, if other parts differ: the picture becomes the largest one
 * that lasts, into which the encoder fits all others, the frame rate the highest one that lasts, and the channels
 * their maximum. Colors become those that last. Plan: holds on AWS and on the laptop.
 */
export function conformFacts(facts: SourceFacts, { stretches, sound }: StreamParameters): SourceFacts {
  const lasting = findLastingPicture(stretches);
  const sized = lasting?.changes === true ? withPicture(facts.video, lasting.picture) : facts.video;
  const video = withHigherRate(withColors(sized, facts.container, stretches), stretches);
  // Tracks are matched by position.
  const audio = sound.length === facts.audio.length ? facts.audio.map((track, index) => withMostChannels(track, sound[index] ?? [])) : facts.audio;
  return { ...facts, video, audio };
}

function withPicture(video: SourceVideoFacts, { width, height, pixelAspect = SQUARE }: Picture): SourceVideoFacts {
  return { ...video, width, height, pixelAspect, pictureChanges: true };
}

/** Replaces a rate that was measured in slower parts of a file. */
function withHigherRate(video: SourceVideoFacts, stretches: readonly FrameStretch[]): SourceVideoFacts {
  const [{ frameRate }, sustained] = [video, findSustainedRate(stretches)];
  if (frameRate === undefined || sustained === undefined || video.interlaced) return video;
  const isHigher = valueOf(sustained) > (frameRate.numerator / frameRate.denominator) * MIN_RATE_RATIO;
  return isHigher ? { ...video, frameRate: sustained, variableFrameRate: true } : video;
}

/** Containers that may state the colors of frames that state none. */
const LABELED_CONTAINERS: ReadonlySet<string> = new Set(['matroska', 'webm']);

/** Replaces the colors of the first frames, if those that last are others, and lists those that last, if there are several. */
function withColors(video: SourceVideoFacts, container: string, stretches: readonly FrameStretch[]): SourceVideoFacts {
  const { colors, changes, changeSeconds } = findLastingColors(stretches, video, LABELED_CONTAINERS.has(container) ? video : {});
  const [first] = colors;
  if (first === undefined || !changes) return video;
  const highDynamicRange = colors.some(({ transferCharacteristics: transfer }) => transfer === 'SMPTE_2084' || transfer === 'ARIB_B67');
  if (colors.length === 1) return { ...video, ...first, highDynamicRange };
  const startMs = changeSeconds === undefined ? {} : { startMs: Math.round(changeSeconds * 1000) };
  return { ...video, ...first, highDynamicRange, colorChange: { colors, ...startMs } };
}

function withMostChannels(track: SourceAudioFacts, formats: readonly SoundFormat[]): SourceAudioFacts {
  const counts = new Map<number, number>();
  for (const { channels } of formats) counts.set(channels, (counts.get(channels) ?? 0) + 1);
  const lasting = [...counts].flatMap(([channels, count]) => (count >= MIN_FRAMES ? [channels] : []));
  return lasting.length > 1 ? { ...track, channels: Math.max(track.channels, ...lasting) } : track;
}
