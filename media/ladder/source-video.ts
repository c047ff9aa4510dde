import type { ChangingColor } from '../color/source-color.ts';
import type { PixelAspect } from '../isobmff/pasp.ts';
import type { Rotation } from '../orientation.ts';
import type { Rational } from '../rational.ts';
import type { ShownPart } from '../stills/shown-part.ts';

/** Facts of a source that its ladder depends on. */
export interface SourceVideo extends ChangingColor {
  /** Stored pixels, before pixel aspect ratio and rotation. */
  readonly width: number;
  readonly height: number;
  /** @default square */
  readonly pixelAspect?: PixelAspect;
  /** Whether the size or pixel aspect changes within the video. @default false */
  readonly pictureChanges?: boolean;
  /** Rotation that a player applies. @default 0 */
  readonly rotation?: Rotation;
  /** Whether the encoder can read the rotation from the file. @default false */
  readonly automaticRotation?: boolean;
  /** Frames per second; for a variable rate, the most common or the mean one. @default unknown */
  readonly frameRate?: Rational;
  /** @default false */
  readonly variableFrameRate?: boolean;
  readonly durationSeconds: number;
  /** Span of the picture. @default the whole video */
  readonly shown?: ShownPart;
  /** @default false */
  readonly interlaced?: boolean;
  /** In the order of the file; empty without audio. */
  readonly audioTracks: readonly SourceAudioTrack[];
}

export interface SourceAudioTrack {
  /** The encoder's number for the track, from 1. @default its position, without a number for a single track */
  readonly number?: number;
  readonly channels: number;
  /** Whether it plays by default. @default false; the first track does if none is marked */
  readonly isDefault?: boolean;
  /** ISO 639-2 code. @default `und` */
  readonly language?: string;
}
