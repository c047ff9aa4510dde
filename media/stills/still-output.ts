import type { ColorDescription } from '../color/color-description.ts';
import { jpegOptions } from '../color/conversion-filters.ts';
import type { Size } from '../display-size.ts';
import { type Rational, valueOf } from '../rational.ts';
import { wholeFrames } from '../whole-frames.ts';

// ffmpeg filters and arguments for still-image outputs. The filters take a video of constant frame rate.

/** Colors of the video that the images come from. */
type VideoColors = Pick<ColorDescription, 'matrix' | 'range'>;

/** Interval between two images. */
export interface StillInterval {
  readonly everyFrames: number;
  /** Seconds that the frames take. */
  readonly intervalSeconds: number;
}

/** Rounds an interval to whole frames, at least one. */
export function stillInterval(seconds: number, frameRate: Rational): StillInterval {
  const everyFrames = wholeFrames(seconds, frameRate);
  return { everyFrames, intervalSeconds: everyFrames / valueOf(frameRate) };
}

/** Single frames in files of their own, numbered from 0. */
export interface FrameCaptures {
  readonly everyFrames: number;
  readonly size: Size;
  readonly maxCaptures: number;
  /** JPEG quality, 1 to 100. */
  readonly quality: number;
}

/** Returns the filters for captures. */
export function captureFilters(
  { everyFrames, size }: Pick<FrameCaptures, 'everyFrames' | 'size'>,
  colors: VideoColors,
): string[] {
  return [everyNth(everyFrames), ...jpegFilters(size, colors)];
}

/**
 * Returns the arguments that write captures to files.
 *
 * @param label output of the filter graph
 * @param file pattern such as `capture-%07d.jpg`
 */
export function captureArguments(
  label: string,
  { maxCaptures, quality }: Pick<FrameCaptures, 'maxCaptures' | 'quality'>,
  file: string,
): string[] {
  return ['-frames:v', String(maxCaptures), ...jpegArguments(label, quality, 0, file)];
}

/** Sheets of thumbnails, numbered from 1. */
export interface TiledSheets {
  readonly everyFrames: number;
  readonly thumbnail: Size;
  readonly columns: number;
  readonly rows: number;
}

/** Number of a sheet before the first, to be deleted; see `sheetFilters`. */
export const DISCARDED_SHEET = 0;
const SHEET_QUALITY = 75;

/**
 * Returns the filters for sheets. ffmpeg reports no progress before every output has begun, and the first sheet of a long
 * video takes minutes to fill. So the first thumbnail is used twice: alone on a sheet that is discarded, then in its place.
 */
export function sheetFilters(
  { everyFrames, thumbnail, columns, rows }: TiledSheets,
  frameRate: Rational,
  colors: VideoColors,
): string[] {
  const cells = columns * rows;
  return [
    everyNth(everyFrames),
    ...jpegFilters(thumbnail, colors),
    'loop=loop=1:size=1:start=0',
    `tile=${columns}x${rows}:init_padding=${cells - 1}`,
    // The image encoder rejects two sheets with the same timestamp, which the repeated thumbnail could cause.
    `setpts=N*${cells * frameRate.denominator}/${frameRate.numerator}/TB`,
  ];
}

/**
 * Returns the arguments that write sheets to files.
 *
 * @param label output of the filter graph
 * @param file pattern such as `tiles-%05d.jpg`
 */
export function sheetArguments(label: string, file: string): string[] {
  return jpegArguments(label, SHEET_QUALITY, DISCARDED_SHEET, file);
}

/** Keeps the source's metadata, chapters and the encoder's version out of an output. */
export const WITHOUT_METADATA = ['-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact'] as const;

function everyNth(frames: number): string {
  return `select=not(mod(n\\,${frames}))`;
}

/** Returns the filters that scale a video for JPEG and convert its colors. Laptop encoder. */
function jpegFilters({ width, height }: Size, colors: VideoColors): string[] {
  return [`scale=${width}:${height}:flags=bicubic${jpegOptions(colors)}`, 'setsar=1', 'format=yuvj420p'];
}

function jpegArguments(label: string, quality: number, start: number, file: string): string[] {
  return [
    '-map', `[${label}]`, ...WITHOUT_METADATA, '-fps_mode', 'passthrough', '-c:v', 'mjpeg',
    // ffmpeg's quality scale runs from 31 (lowest) to 2 (highest).
    '-q:v', String(Math.round(2 + ((100 - quality) * 29) / 99)),
    '-start_number', String(start), '-f', 'image2', file,
  ];
}
