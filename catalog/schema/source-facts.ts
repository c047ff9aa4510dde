/** What was found in the uploaded file. */
export interface SourceFacts {
  /** As sniffed, such as `isobmff` or `matroska`. */
  readonly container: string;
  /** Left out where neither the file nor its encoder's probe says. */
  readonly durationMs?: number;
  readonly video: SourceVideoFacts;
  /** In the order of the file. */
  readonly audio: readonly SourceAudioFacts[];
}

export interface SourceVideoFacts {
  /** As the encoder's probe names it, such as `AVC`. */
  readonly codec: string;
  /** Stored pixels, before rotation and pixel aspect. */
  readonly width: number;
  readonly height: number;
  readonly pixelAspect?: { readonly horizontal: number; readonly vertical: number };
  /** Clockwise degrees by which a player turns the picture. */
  readonly rotation: 0 | 90 | 180 | 270;
  readonly frameRate?: { readonly numerator: number; readonly denominator: number };
  readonly variableFrameRate: boolean;
  readonly interlaced: boolean;
  /** PQ or HLG transfer. */
  readonly highDynamicRange: boolean;
  readonly bitDepth?: number | undefined;
  readonly bitrateBps?: number | undefined;
  /** As the encoder's probe names them, such as `ITU_709`. */
  readonly colorPrimaries?: string | undefined;
  readonly transferCharacteristics?: string | undefined;
}

export interface SourceAudioFacts {
  readonly codec: string;
  readonly channels: number;
  readonly sampleRateHz?: number | undefined;
  /** ISO 639-2, where the file says so. */
  readonly language?: string;
}
