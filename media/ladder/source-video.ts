import type { PixelAspect } from '../isobmff/pasp.ts';
import type { Rotation } from '../isobmff/tkhd.ts';
import type { Rational } from '../rational.ts';

/** What the ladder has to know of a source. */
export interface SourceVideo {
  /** Stored pixels, before pixel aspect and rotation. */
  readonly width: number;
  readonly height: number;
  /** @default square */
  readonly pixelAspect?: PixelAspect;
  /** Clockwise degrees by which a player turns the picture. @default 0 */
  readonly rotation?: Rotation;
  /** Frames a second; of variable rates the most common or the mean one. @default unknown */
  readonly frameRate?: Rational;
  /** @default false */
  readonly variableFrameRate?: boolean;
  readonly durationSeconds: number;
  /** @default false */
  readonly interlaced?: boolean;
  /** PQ or HLG transfer. @default false */
  readonly highDynamicRange?: boolean;
  /** In the order of the file; empty where there is no sound. */
  readonly audioTracks: readonly SourceAudioTrack[];
}

export interface SourceAudioTrack {
  readonly channels: number;
  /** ISO 639-2. @default `und` */
  readonly language?: string;
}
