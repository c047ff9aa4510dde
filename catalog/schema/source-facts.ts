/** Technical data of an uploaded file. */
export interface SourceFacts {
  /** Sniffed container, such as `isobmff` or `matroska`. */
  readonly container: string;
  /** Absent if neither the file nor the encoder's probe states it. */
  readonly durationMs?: number;
  /** Minimum and maximum length of the renditions; absent if unknown. */
  readonly lengthMs?: { readonly min: number; readonly max?: number };
  readonly video: SourceVideoFacts;
  /** Number of the video track to encode, from 1; absent if the file has only one. */
  readonly videoTrack?: { readonly number: number; readonly of: number };
  /** Audio tracks, in file order. */
  readonly audio: readonly SourceAudioFacts[];
  /** Number of subtitle and caption tracks. @default 0 */
  readonly subtitleTracks?: number;
  /** Whether video frames carry closed captions. @default false */
  readonly embeddedCaptions?: boolean;
}

/** Span of a track within the presentation, in milliseconds, where the file or the probe states it. */
interface SourceTrackTimes {
  /** @default 0 */
  readonly startMs?: number;
  readonly endMs?: number;
}

export interface SourceVideoFacts extends SourceTrackTimes {
  /** Name from the encoder's probe, such as `AVC`. */
  readonly codec: string;
  /** Stored pixels, before rotation and pixel aspect. If the picture changes, those of the largest one that lasts. */
  readonly width: number;
  readonly height: number;
  readonly pixelAspect?: { readonly horizontal: number; readonly vertical: number };
  /** Whether the size or pixel aspect changes within the video. */
  readonly pictureChanges?: boolean;
  /** Degrees by which a player rotates the video clockwise. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Whether a player mirrors the rotated picture, left to right. @default false */
  readonly mirrored?: boolean;
  /** Whether the encoder can read the rotation from the file. @default false */
  readonly automaticRotation?: boolean;
  readonly frameRate?: { readonly numerator: number; readonly denominator: number };
  readonly variableFrameRate: boolean;
  readonly interlaced: boolean;
  /** Whether the transfer characteristics are PQ or HLG, anywhere in the video. */
  readonly highDynamicRange: boolean;
  readonly bitDepth?: number | undefined;
  readonly bitrateBps?: number | undefined;
  /** Name from the encoder's probe, such as `ITU_709`. */
  readonly colorPrimaries?: string | undefined;
  readonly transferCharacteristics?: string | undefined;
  readonly matrixCoefficients?: string | undefined;
  /** Whether samples use the full range of code values; absent if not stated. */
  readonly fullRange?: boolean | undefined;
  /** Colors that last at least a second, if they change within the video, and when they first do; absent time if unknown. */
  readonly colorChange?: { readonly colors: readonly SourceColorFacts[]; readonly startMs?: number };
}

/** Colors that a part of a video states. */
type SourceColorFacts = Pick<SourceVideoFacts, 'colorPrimaries' | 'transferCharacteristics' | 'matrixCoefficients' | 'fullRange'>;

export interface SourceAudioFacts extends SourceTrackTimes {
  readonly codec: string;
  /** Maximum number of channels, if it changes within the track. */
  readonly channels: number;
  readonly sampleRateHz?: number | undefined;
  /** ISO 639-2 code, if the file states one. */
  readonly language?: string;
  /** Whether the file marks the track as the default. @default false */
  readonly isDefault?: boolean;
  /** Whether the track is undecodable: empty or encrypted. @default false */
  readonly isUndecodable?: boolean;
}
