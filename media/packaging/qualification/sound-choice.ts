import type { IndexedTrack, SourceIndex } from '../index/source-index.ts';
import { PackagingError } from '../packaging-error.ts';
import type { AudioCodec } from '../source/codec-name.ts';
import type { Level } from './reason.ts';

/** Levels at which sound codecs can be played in fragmented MP4. */
export const SOUND_LEVELS: Readonly<Record<AudioCodec, Level>> = {
  aac: 'everywhere',
  opus: 'page',
  flac: 'page',
  mp3: 'none',
  ac3: 'none',
  eac3: 'none',
};

/** AAC that browsers play: Low Complexity of MPEG-4 and MPEG-2, and HE-AAC without and with parametric stereo. */
const PLAYABLE_AAC: ReadonlySet<string> = new Set(['mp4a.40.2', 'mp4a.67', 'mp4a.40.5', 'mp4a.40.29']);

const RANKS: readonly Level[] = ['none', 'page', 'everywhere'];

export interface SoundChoice {
  /** Highest level at which there is sound; `everywhere` for a film without sound. */
  readonly level: Level;
  /** Sound tracks to play at this level. */
  readonly played: readonly IndexedTrack[];
  /** Sound tracks that are left out. */
  readonly leftOut: readonly IndexedTrack[];
}

/** Chooses the sound tracks that can be played at the highest level. */
export function chooseSound(sound: readonly IndexedTrack[]): SoundChoice {
  const levels = sound.map(soundLevel);
  const rank = levels.reduce((highest, level) => Math.max(highest, RANKS.indexOf(level)), 0);
  const level = sound.length === 0 ? 'everywhere' : (RANKS[rank] ?? 'none');
  const isPlayed = (track: IndexedTrack): boolean => level !== 'none' && soundLevel(track) === level;
  return { level, played: sound.filter(isPlayed), leftOut: sound.filter((track) => !isPlayed(track)) };
}

/**
 * Returns the positions of the sound tracks to play, in the order of the file; none for a film without sound.
 *
 * @throws PackagingError `unplayable_sound` if browsers play no sound of the film
 */
export function playedSound({ tracks }: Pick<SourceIndex, 'tracks'>): readonly number[] {
  const { level, played, leftOut } = chooseSound(tracks.filter(({ kind }) => kind === 'audio'));
  if (level === 'none') throw new PackagingError('unplayable_sound', unplayableMessage(leftOut));
  return played.map((track) => tracks.indexOf(track));
}

/** Returns a sentence that names the codecs of sound that browsers do not play. */
export function unplayableMessage(sound: readonly IndexedTrack[]): string {
  const codecs = [...new Set(sound.map(({ codecString }) => codecString))].join(', ');
  return `Browsers do not play any sound of the file (${codecs}).`;
}

function soundLevel({ codec, codecString }: IndexedTrack): Level {
  if (codec === 'aac' && !PLAYABLE_AAC.has(codecString)) return 'none';
  return Object.entries(SOUND_LEVELS).find(([name]) => name === codec)?.[1] ?? 'none';
}
