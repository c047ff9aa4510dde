import type { SourceVideo } from './ladder/source-video.ts';

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export function shortSideOf({ width, height }: Size): number {
  return Math.min(width, height);
}

function evenBelow(value: number): number {
  return Math.max(2, 2 * Math.floor(value / 2 + 1e-9));
}

function evenNearest(value: number): number {
  return Math.max(2, 2 * Math.round(value / 2));
}

/** Returns the size at which a player shows the source: in square pixels, after rotation, not rounded. */
export function displaySizeOf(source: Pick<SourceVideo, 'width' | 'height' | 'pixelAspect' | 'rotation'>): Size {
  const { horizontal, vertical } = source.pixelAspect ?? { horizontal: 1, vertical: 1 };
  const width = (source.width * horizontal) / vertical;
  const { height, rotation } = source;
  return rotation === 90 || rotation === 270 ? { width: height, height: width } : { width, height };
}

/** Returns the largest size with even sides within the display size: 4:2:0 has no odd sides. */
export function evenSize({ width, height }: Size): Size {
  return { width: evenBelow(width), height: evenBelow(height) };
}

/** Scales the display size to a short side, with even sides as close as possible to its aspect ratio. */
export function scaledTo(display: Size, shortSide: number): Size {
  const scale = shortSide / shortSideOf(display);
  return { width: evenNearest(display.width * scale), height: evenNearest(display.height * scale) };
}
