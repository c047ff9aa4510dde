import type { CodePoints } from '../color/code-points.ts';
import type { Size } from '../display-size.ts';
import type { PixelAspect } from '../isobmff/pasp.ts';

/** Size in stored pixels, and pixel aspect, that a stream states for the following frames. */
export interface Picture extends Size {
  /** @default square */
  readonly pixelAspect?: PixelAspect;
}

/** A picture, and the stated properties of its samples. */
export interface StatedPicture extends Picture {
  /** Whether samples use the full range of code values; absent if not stated. */
  readonly fullRange?: boolean | undefined;
  /** Color space of the samples; absent if not stated. */
  readonly codePoints?: CodePoints | undefined;
}

/** A frame at its time, or the end of the last frame. */
export interface TimedFrame {
  readonly seconds: number;
  /** Absent if the frame keeps the previous picture. */
  readonly picture?: StatedPicture | undefined;
}

/** Frames of a track that were read without a gap, in decoding order. */
export type FrameStretch = readonly TimedFrame[];

export const SQUARE: PixelAspect = { horizontal: 1, vertical: 1 };

/** Returns whether frames of two pictures are shown at the same size. */
export function isSamePicture(one: Picture, other: Picture): boolean {
  return one.width === other.width && one.height === other.height && aspectOf(one) === aspectOf(other);
}

/** Returns a key that pictures of the same size share. */
export function pictureKey(picture: Picture): string {
  return `${picture.width} ${picture.height} ${aspectOf(picture)}`;
}

/** Returns the area in square pixels. */
export function displayArea(picture: Picture): number {
  return picture.width * picture.height * aspectOf(picture);
}

function aspectOf({ pixelAspect: { horizontal, vertical } = SQUARE }: Picture): number {
  return horizontal / vertical;
}
