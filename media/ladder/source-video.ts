import type { PixelAspect } from '../isobmff/pasp.ts';
import type { Rotation } from '../isobmff/tkhd.ts';
import type { Rational } from '../rational.ts';

/** Facts of a source that its ladder depends on. */
export interface SourceVideo {
  /** Stored pixels, before pixel aspect ratio and rotation. */
  readonly width: number;
  readonly height: number;
  /** @default square */
  readonly pixelAspect?: PixelAspect;
  /** Rotation that a player applies. @default 0 */
  readonly rotation?: Rotation;
  /** Frames per second; for a variable rate, the most common or the mean one. @default unknown */
  readonly frameRate?: Rational;
  /** @default false */
  readonly variableFrameRate?: boolean;
  readonly durationSeconds: number;
  /** @default false */
  readonly interlaced?: boolean;
  /** Whether the transfer function is PQ or HLG. @default false */
  readonly highDynamicRange?: boolean;
  /** In the order of the file; empty without audio. */
  readonly audioTracks: readonly SourceAudioTrack[];
}

export interface SourceAudioTrack {
  readonly channels: number;
  /** ISO 639-2 code. @default `und` */
  readonly language?: string;
}
