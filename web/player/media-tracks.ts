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
  /** -1 while the player chooses automatically. */
  selectedIndex: number;
}

/** Members that its types leave out, from https://github.com/muxinc/media-elements/tree/main/packages/media-tracks */
declare module 'hls-video-element' {
  interface HlsVideoElement {
    readonly audioTracks: Iterable<AudioTrack>;
    readonly videoRenditions: Qualities;
    removeAudioTrack(track: Pick<AudioTrack, 'id'>): void;
  }
}

