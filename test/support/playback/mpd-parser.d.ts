/** Types of the functions of mpd-parser that the tests use; it has no types: https://github.com/videojs/mpd-parser */
declare module 'mpd-parser' {
  export interface ByteRange {
    readonly offset: number;
    readonly length: number;
  }

  export interface Segment {
    readonly resolvedUri: string;
    readonly byterange: ByteRange;
    readonly presentationTime: number;
    readonly map: { readonly resolvedUri: string; readonly byterange: ByteRange };
  }

  /** Representation with its own and inherited attributes. */
  export interface Representation {
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly segments?: readonly Segment[];
    readonly sidx?: Segment;
  }

  export interface SegmentIndex {
    readonly timescale: number;
    readonly firstOffset: number;
    readonly references: readonly {
      readonly referenceType: number;
      readonly referencedSize: number;
      readonly subsegmentDuration: number;
    }[];
  }

  export interface Options {
    readonly manifestUri: string;
    readonly eventHandler: (event: { readonly type: string; readonly message: string }) => void;
  }

  export function parse(manifest: string, options: Options): { readonly duration: number };
  export function stringToMpdXml(manifest: string): unknown;
  export function inheritAttributes(mpd: unknown, options: Options): { readonly representationInfo: unknown };
  export function toPlaylists(representationInfo: unknown): Representation[];
  export function addSidxSegmentsToPlaylist<Playlist extends Representation>(
    playlist: Playlist,
    index: SegmentIndex,
    baseUrl: string,
  ): Required<Playlist>;
}
