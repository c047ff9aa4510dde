import type { SourceAudioFacts, SourceFacts } from '../../catalog/schema/source-facts.ts';
import type { FoundWarning } from '../contracts/source-warnings.ts';

/** Difference that viewers notice, milliseconds. */
const MIN_DIFFERENCE_MS = 500;

/** A sound track with its number in the file. */
export interface NumberedSound {
  readonly track: number;
  readonly facts: SourceAudioFacts;
}

/**
 * Finds sound tracks that begin before, or end after, both the picture and the default sound. The encoder's documentation
 * pads the picture to the length of "the audio" and trims sound to the picture, but does not say which of several sound
 * tracks it means: the excess of another one may be cut. Warning on AWS; the laptop's encoder pads to the longest. Compares
 * only tracks whose times the file or the probe states.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/video-padding.html
 *
 * @param sound tracks that become renditions, in file order
 */
export function findLongerSound({ startMs = 0, endMs }: SourceFacts['video'], sound: readonly NumberedSound[]): FoundWarning[] {
  const main = sound.find(({ facts }) => facts.isDefault === true) ?? sound[0];
  if (main === undefined || endMs === undefined || main.facts.endMs === undefined) return [];
  const begin = Math.min(startMs, main.facts.startMs ?? 0);
  const end = Math.max(endMs, main.facts.endMs);
  return sound.flatMap(({ track, facts }): FoundWarning[] => {
    const early = begin - (facts.startMs ?? 0);
    const late = (facts.endMs ?? 0) - end;
    const warn = (at: number, durationMs: number): FoundWarning[] =>
      durationMs < MIN_DIFFERENCE_MS ? [] : [{ code: 'tracks_differ_in_length', track, startMs: at, durationMs }];
    return track === main.track ? [] : [...warn(facts.startMs ?? 0, early), ...warn(end, late)];
  });
}
