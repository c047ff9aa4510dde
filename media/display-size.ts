import type { SourceVideo } from './ladder/source-video.ts';

/** Pixels, both even unless said otherwise. */
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

/** How large a player shows the source: square pixels, turned as the file asks, not rounded. */
export function displaySize(source: Pick<SourceVideo, 'width' | 'height' | 'pixelAspect' | 'rotation'>): Size {
  const { horizontal, vertical } = source.pixelAspect ?? { horizontal: 1, vertical: 1 };
  const width = (source.width * horizontal) / vertical;
  const { height, rotation } = source;
  return rotation === 90 || rotation === 270 ? { width: height, height: width } : { width, height };
}

/** The largest size with even sides that fits the display size: 4:2:0 has no odd ones. */
export function evenSize({ width, height }: Size): Size {
  return { width: evenBelow(width), height: evenBelow(height) };
}

/** The display size scaled down to a short side, in even sides as near as possible to its aspect. */
export function scaledTo(display: Size, shortSide: number): Size {
  const scale = shortSide / shortSideOf(display);
  return { width: evenNearest(display.width * scale), height: evenNearest(display.height * scale) };
}
