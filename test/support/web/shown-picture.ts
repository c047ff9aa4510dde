import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getFfmpeg } from '../../../local/cli/ffmpeg.ts';
import { nearestColor } from '../media/oriented-clips.ts';
import type { Rectangle } from './turned-player.ts';

/** Distance from an edge of a picture at which its color is read, CSS pixels. */
const DISTANCE = 5;

/** What is at the place where a picture of four colors should be shown. */
export interface ShownPicture {
  /** Colors in the corners of the picture, such as `RG/BW`. */
  readonly corners: string;
  /** Colors beside the picture, within its box. */
  readonly beside: string;
}

interface Screenshot {
  readonly width: number;
  readonly pixels: Buffer;
}

/**
 * Reads a picture of four colors, letterboxed in a box, from a screenshot.
 *
 * @param png screenshot with one pixel for each CSS pixel
 * @param aspectRatio width of the upright picture, divided by its height
 */
export async function readShownPicture(png: Buffer, box: Rectangle, aspectRatio: number): Promise<ShownPicture> {
  const screenshot = await decode(png);
  const { left, top, width, height } = contain(box, aspectRatio);
  const [right, bottom] = [left + width, top + height];
  const colorAt = (x: number, y: number): string => {
    const at = 3 * (Math.round(y) * screenshot.width + Math.round(x));
    return nearestColor(screenshot.pixels.subarray(at, at + 3));
  };
  const [[x0, x1], [y0, y1]] = [[left + DISTANCE, right - DISTANCE], [top + DISTANCE, bottom - DISTANCE]] as const;
  const rows = [y0, y1].map((y) => colorAt(x0, y) + colorAt(x1, y));
  const outer = [[left - DISTANCE, y0], [right + DISTANCE, y1], [x0, top - DISTANCE], [x1, bottom + DISTANCE]] as const;
  const beside = outer.filter(([x, y]) => isIn(box, x, y)).map(([x, y]) => colorAt(x, y));
  return { corners: rows.join('/'), beside: [...new Set(beside)].join('') };
}

function contain(box: Rectangle, aspectRatio: number): Rectangle {
  const width = Math.min(box.width, box.height * aspectRatio);
  const height = width / aspectRatio;
  return { left: box.left + (box.width - width) / 2, top: box.top + (box.height - height) / 2, width, height };
}

function isIn({ left, top, width, height }: Rectangle, x: number, y: number): boolean {
  return x >= left && x <= left + width && y >= top && y <= top + height;
}

async function decode(png: Buffer): Promise<Screenshot> {
  const folder = await mkdtemp(join(tmpdir(), 'screenshot-'));
  try {
    const path = join(folder, 'page.png');
    await writeFile(path, png);
    const args = ['-v', 'error', '-i', path, '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-'];
    const { stdout } = await promisify(execFile)(getFfmpeg().ffmpegPath, args, { encoding: 'buffer', maxBuffer: 1 << 26 });
    // PNG, third edition, 11.2.1: the header's width.
    return { width: png.readUInt32BE(16), pixels: stdout };
  } finally {
    await rm(folder, { recursive: true });
  }
}
