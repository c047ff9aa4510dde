import type { SourceAudioTrack } from './source-video.ts';

/** One sound rendition, in AAC LC at 48 kHz. */
export interface AudioRendition {
  /** Position among the audio tracks of the source, from 1. */
  readonly track: number;
  readonly sourceChannels: number;
  /** ISO 639-2 or `und`. */
  readonly language: string;
  readonly channels: 2 | 6;
  readonly bitrateBps: number;
  /** The first track is what plays unless the viewer chooses. */
  readonly isDefault: boolean;
}

/** More tracks than any real file has; each one is a file to encode. */
const MAX_TRACKS = 16;

/**
 * Each track in stereo, which every player takes; a track of six channels or more also in 5.1, as a group of its own.
 */
export function planAudio(tracks: readonly SourceAudioTrack[]): readonly AudioRendition[] {
  return tracks.slice(0, MAX_TRACKS).flatMap(({ channels: sourceChannels, language = 'und' }, index) => {
    const common = { track: index + 1, sourceChannels, language, isDefault: index === 0 };
    const stereo: AudioRendition = { ...common, channels: 2, bitrateBps: sourceChannels === 1 ? 96_000 : 128_000 };
    return sourceChannels < 6 ? [stereo] : [stereo, { ...common, channels: 6, bitrateBps: 384_000 }];
  });
}
