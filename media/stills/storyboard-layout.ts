import type { Size } from '../display-size.ts';
import { type Rational, valueOf } from '../rational.ts';
import { wholeFrames } from '../whole-frames.ts';

/** Layout of the seek bar's thumbnails: one per interval, tiled on images. */
export interface StoryboardLayout {
  readonly intervalSeconds: number;
  /** Width divisible by 8, height by 2, as MediaConvert requires. */
  readonly thumbnail: Size;
  readonly columns: number;
  readonly rows: number;
}

/** Intervals in seconds that divide minutes and hours evenly. */
const INTERVALS = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 90, 120, 180, 240, 300, 600];
const MAX_THUMBNAILS = 200;
const LONG_SIDE = 240;
/** Maximum image size that devices decode, pixels per side. */
const MAX_TILE_SIDE = 1440;

/**
 * Plans at most 200 thumbnails of at most 240 pixels, 30 to an image if they fit. The number of rows is even, as older
 * descriptions of `TileHeight` require. Plan: the interval is one of whole frames, since the encoder "automatically rounds
 * the interval to align with the output frame rate", and does not say how it rounds half a frame.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html, CmafImageBasedTrickPlaySettings
 */
export function planStoryboard(display: Size, durationSeconds: number, frameRate: Rational): StoryboardLayout {
  const wanted = INTERVALS.find((interval) => durationSeconds / interval <= MAX_THUMBNAILS) ?? 900;
  // Rounding to microseconds keeps the number of whole frames.
  const intervalSeconds = Number((wholeFrames(wanted, frameRate) / valueOf(frameRate)).toFixed(6));
  const count = Math.max(1, Math.ceil(durationSeconds / intervalSeconds));
  const scale = Math.min(1, LONG_SIDE / Math.max(display.width, display.height));
  const thumbnail = {
    width: Math.max(8, 8 * Math.round((display.width * scale) / 8)),
    height: Math.max(2, 2 * Math.round((display.height * scale) / 2)),
  };
  const columns = Math.min(count, clamp(Math.floor(MAX_TILE_SIDE / thumbnail.width), 1, 5));
  const fitting = clamp(2 * Math.floor(MAX_TILE_SIDE / thumbnail.height / 2), 2, 6);
  return { intervalSeconds, thumbnail, columns, rows: Math.min(fitting, 2 * Math.ceil(count / columns / 2)) };
}

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}
