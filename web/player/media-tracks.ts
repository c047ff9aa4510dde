export interface AudioTrack {
  readonly id: string;
  readonly label: string;
  readonly language: string;
  enabled: boolean;
}

interface Quality {
  readonly height?: number;
}

interface Qualities extends Iterable<Quality> {
  /** -1 where the player chooses. */
  selectedIndex: number;
}

/** Its types leave out what it has from https://github.com/muxinc/media-elements/tree/main/packages/media-tracks */
declare module 'hls-video-element' {
  interface HlsVideoElement {
    readonly audioTracks: Iterable<AudioTrack>;
    readonly videoRenditions: Qualities;
    removeAudioTrack(track: Pick<AudioTrack, 'id'>): void;
  }
}

