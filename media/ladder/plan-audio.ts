import type { SourceAudioTrack } from './source-video.ts';

/** One audio rendition, in AAC LC at 48 kHz. */
export interface AudioRendition {
  /** Position among the audio tracks of the source, from 1. */
  readonly track: number;
  readonly sourceChannels: number;
  /** ISO 639-2 code, or `und`. */
  readonly language: string;
  readonly channels: 2 | 6;
  /** A viewer chooses within a group; every group has every track (RFC 8216, 4.3.4.1.1). */
  readonly group: 'audio' | 'surround';
  readonly bitrateBps: number;
  /** Whether it plays unless the viewer chooses another; true for the first track. */
  readonly isDefault: boolean;
}

/** Limit of tracks, above what real files have; each is a file to encode. */
const MAX_TRACKS = 16;

/**
 * Plans each track in stereo, which every player supports. If any track has six channels or more, a second group has such
 * tracks in 5.1 and all others in stereo, so that 5.1 players find every language.
 */
export function planAudio(tracks: readonly SourceAudioTrack[]): readonly AudioRendition[] {
  const kept = tracks.slice(0, MAX_TRACKS);
  const hasSurround = kept.some(({ channels }) => channels >= 6);
  return kept.flatMap(({ channels: sourceChannels, language = 'und' }, index) => {
    const common = { track: index + 1, sourceChannels, language, isDefault: index === 0 };
    const stereo = { ...common, channels: 2, bitrateBps: sourceChannels === 1 ? 96_000 : 128_000 } as const;
    const fullest = sourceChannels < 6 ? stereo : ({ ...common, channels: 6, bitrateBps: 384_000 } as const);
    const inStereo = { ...stereo, group: 'audio' } as const;
    return hasSurround ? [inStereo, { ...fullest, group: 'surround' } as const] : [inStereo];
  });
}
