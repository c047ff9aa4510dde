/** Technical data of an uploaded file. */
export interface SourceFacts {
  /** Sniffed container, such as `isobmff` or `matroska`. */
  readonly container: string;
  /** Absent if neither the file nor the encoder's probe states it. */
  readonly durationMs?: number;
  readonly video: SourceVideoFacts;
  /** Audio tracks, in file order. */
  readonly audio: readonly SourceAudioFacts[];
}

export interface SourceVideoFacts {
  /** Name from the encoder's probe, such as `AVC`. */
  readonly codec: string;
  /** Stored pixels, before rotation and pixel aspect. */
  readonly width: number;
  readonly height: number;
  readonly pixelAspect?: { readonly horizontal: number; readonly vertical: number };
  /** Degrees by which a player rotates the video clockwise. */
  readonly rotation: 0 | 90 | 180 | 270;
  readonly frameRate?: { readonly numerator: number; readonly denominator: number };
  readonly variableFrameRate: boolean;
  readonly interlaced: boolean;
  /** Whether the transfer characteristics are PQ or HLG. */
  readonly highDynamicRange: boolean;
  readonly bitDepth?: number | undefined;
  readonly bitrateBps?: number | undefined;
  /** Name from the encoder's probe, such as `ITU_709`. */
  readonly colorPrimaries?: string | undefined;
  readonly transferCharacteristics?: string | undefined;
}

export interface SourceAudioFacts {
  readonly codec: string;
  readonly channels: number;
  readonly sampleRateHz?: number | undefined;
  /** ISO 639-2 code, if the file states one. */
  readonly language?: string;
}
