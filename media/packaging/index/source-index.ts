import type { CodePoints } from '../../color/code-points.ts';
import type { PixelAspect } from '../../isobmff/pasp.ts';
import type { Orientation } from '../../orientation.ts';
import type { CodecName } from '../source/codec-name.ts';

/** Properties of a track that do not grow with its length. */
export interface TrackFacts {
  /** Id in the source. */
  readonly id: number;
  readonly kind: 'video' | 'audio';
  readonly codec: CodecName;
  /** `codecs` parameter of RFC 6381. */
  readonly codecString: string;
  /** ISO 639-2/T code, or `und`. */
  readonly language: string;
  /** Ticks per second of all times, also in segments. */
  readonly timescale: number;
  /** Number of samples. */
  readonly samples: number;
  readonly keyFrames: number;
  /** Bytes of all samples. */
  readonly mediaBytes: number;
  /** Decoding time of the first sample, ticks. */
  readonly firstDecodeTime: number;
  /** Presentation time of the picture that is shown first, ticks. */
  readonly startTime: number;
  /** Presentation time at the end of the last one, ticks. */
  readonly endTime: number;
  /** Whether pictures that follow a key frame in decoding order are shown before it: groups of pictures may be open. */
  readonly hasLeadingPictures: boolean;
  readonly video?: {
    /** Stored pixels. */
    readonly width: number;
    readonly height: number;
    readonly pixelAspect: PixelAspect;
    /** How the source shows the stored picture. Segments do not state it. */
    readonly orientation: Orientation;
    /** Absent if neither the codec's configuration nor the container states any. */
    readonly codePoints?: CodePoints;
    readonly fullRange?: boolean;
    /** Frames per second of the busiest second. */
    readonly peakFrameRate: number;
  };
  readonly audio?: {
    /** Number of channels, low-frequency ones included. */
    readonly channels: number;
    /** Sampling rate, Hz. */
    readonly sampleRate: number;
  };
}

/** A sound track of the source that the index lacks, since other sound can be played. */
export interface LeftOutTrack {
  /** Id in the source. */
  readonly id: number;
  /** ISO 639-2/T code, or `und`. */
  readonly language: string;
  readonly code: 'unsupported_audio_codec';
  /** Sentence that names the codec. */
  readonly message: string;
}

/** A track of an index. Samples are in pages, each of which begins with a key frame. */
export interface IndexedTrack extends TrackFacts {
  /** Sample entry with its header: ISO/IEC 14496-12:2022, 8.5.2. */
  readonly sampleEntry: Uint8Array;
  readonly pages: number;
  /** Offset of the first entry of the track's directory in the index, bytes. */
  readonly directoryOffset: number;
}

/** Segment plan: the first sample of each segment. */
export interface StoredPlan {
  /** Duration that segments come close to, seconds. */
  readonly segmentSeconds: number;
  readonly segments: number;
  /** One entry for each segment: number (32 bits) and presentation time (float, ticks) of its first sample in the leading track. */
  readonly view: DataView;
}

/** An index in memory: the bytes as they are stored, and the few facts that were parsed. */
export interface SourceIndex {
  /** Opaque identity of the source, such as bucket, key, version and ETag. */
  readonly identity: string;
  readonly tracks: readonly IndexedTrack[];
  readonly leftOut: readonly LeftOutTrack[];
  /** Plan for the segment duration with which the index was made. */
  readonly plan: StoredPlan;
  /** Measures of the plan's segments: `playlists/segment-measures.ts`. */
  readonly measures: DataView;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Offset of the pages in the index, bytes. */
  readonly pagesOffset: number;
}

/** Returns the track by whose key frames segments are cut: the first video, or the first sound track. */
export function leadingTrack({ tracks }: Pick<SourceIndex, 'tracks'>): IndexedTrack | undefined {
  return tracks.find(({ kind }) => kind === 'video') ?? tracks[0];
}
