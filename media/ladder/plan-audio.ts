import type { SourceAudioTrack } from './source-video.ts';

/** One audio rendition, in AAC LC at 48 kHz. */
export interface AudioRendition {
  /** Number of the track among those that the encoder recognizes, from 1. */
  readonly track: number;
  /** Whether it is the only track that the encoder recognizes, and needs no number. */
  readonly isOnlyTrack: boolean;
  readonly sourceChannels: number;
  /** ISO 639-2 code, or `und`. */
  readonly language: string;
  readonly channels: 2 | 6;
  /** A viewer chooses within a group; every group has every track (RFC 8216, 4.3.4.1.1). */
  readonly group: 'audio' | 'surround';
  readonly bitrateBps: number;
  /** Whether it plays by default; true for a single track. */
  readonly isDefault: boolean;
}

/**
 * Plans each track in stereo, which every player supports. If any track has six channels or more, a second group has such
 * tracks in 5.1 and all others in stereo, so that 5.1 players find every language. Plan.
 */
export function planAudio(tracks: readonly SourceAudioTrack[]): readonly AudioRendition[] {
  const hasSurround = tracks.some(({ channels }) => channels >= 6);
  const defaultIndex = Math.max(0, tracks.findIndex(({ isDefault }) => isDefault));
  return tracks.flatMap(({ number, channels: sourceChannels, language = 'und' }, index) => {
    const isOnlyTrack = number === undefined && tracks.length === 1;
    const common = { track: number ?? index + 1, isOnlyTrack, sourceChannels, language, isDefault: index === defaultIndex };
    const stereo = { ...common, channels: 2, bitrateBps: sourceChannels === 1 ? 96_000 : 128_000 } as const;
    const fullest = sourceChannels < 6 ? stereo : ({ ...common, channels: 6, bitrateBps: 384_000 } as const);
    const inStereo = { ...stereo, group: 'audio' } as const;
    return hasSurround ? [inStereo, { ...fullest, group: 'surround' } as const] : [inStereo];
  });
}
