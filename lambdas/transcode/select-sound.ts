import type { SourceAudioFacts } from '../../catalog/schema/source-facts.ts';
import type { SourceAudioTrack } from '../../media/ladder/source-video.ts';
import type { FoundWarning } from '../contracts/source-warnings.ts';
import { MAX_KNOWN_CHANNELS } from './remix-channels.ts';

/** Maximum number of sound tracks in a video, more than real files have; each takes one or two files to encode. */
export const MAX_SOUND_TRACKS = 16;

/** Sound tracks to encode, and warnings about what they lack. */
export interface SelectedSound {
  readonly tracks: readonly SourceAudioTrack[];
  readonly warnings: readonly FoundWarning[];
}

/**
 * Selects the sound tracks to encode: those that the encoder recognizes, except empty or encrypted ones, and those that it
 * could not decode in an earlier attempt. Plan.
 *
 * Numbers count every recognized track, selected or not. A single recognized track has none, since the encoder then finds it
 * on its own: https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html#jobs-model-audioselector, `tracks`.
 *
 * @param audio tracks in file order; warnings count them from 1
 * @param undecodable numbers of recognized tracks that the encoder could not decode
 */
export function selectSound(audio: readonly SourceAudioFacts[], undecodable: ReadonlySet<number>): SelectedSound {
  const tracks: SourceAudioTrack[] = [];
  const warnings: FoundWarning[] = [];
  const needsNumbers = audio.filter(isRecognized).length > 1;
  let number = 0;
  for (const [index, facts] of audio.entries()) {
    if (isRecognized(facts)) number += 1;
    const track = index + 1;
    if (!isRecognized(facts) || facts.isUndecodable === true || undecodable.has(number)) {
      warnings.push({ code: 'sound_track_skipped', track });
    } else if (tracks.length === MAX_SOUND_TRACKS) {
      warnings.push({ code: 'sound_tracks_limited', track });
    } else {
      if (facts.channels > MAX_KNOWN_CHANNELS) warnings.push({ code: 'sound_channels_skipped', track });
      tracks.push(describeTrack(facts, needsNumbers ? number : undefined));
    }
  }
  return { tracks, warnings };
}

function isRecognized({ codec }: SourceAudioFacts): boolean {
  return codec !== 'UNKNOWN';
}

function describeTrack({ channels, language, isDefault }: SourceAudioFacts, number: number | undefined): SourceAudioTrack {
  return {
    channels,
    ...(number === undefined ? {} : { number }),
    ...(language === undefined ? {} : { language }),
    ...(isDefault === true ? { isDefault } : {}),
  };
}
