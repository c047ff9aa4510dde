/// <reference lib="dom" />
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { launchBrowser, openPage } from '../browser.ts';
import { decodePictures } from './decode-pictures.ts';

/** Red, green and blue, 0 to 255. */
export type Pixel = readonly [number, number, number];

/** Lists the pixels that differ from the wanted ones by more than a tolerance in red, green or blue. */
export function wrongPixels(found: readonly Pixel[], wanted: readonly Pixel[], tolerance: number): string[] {
  return wanted.flatMap((pixel, at) =>
    pixel.some((value, part) => !(Math.abs(value - (found[at]?.[part] ?? Number.NaN)) <= tolerance))
      ? [`${found[at]?.join() ?? 'nothing'} instead of ${pixel.join()}`]
      : [],
  );
}

export function gray(level: number): Pixel {
  return [level, level, level];
}

/** Columns of the patches that `patchesInput` makes. */
export const PATCHES: readonly Pixel[] = [
  [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [0, 255, 255], [128, 128, 128], [200, 100, 50],
];

/** Returns the arguments of an ffmpeg input that shows patches side by side in RGB. */
export function patchesInput(patches: readonly Pixel[], { width = 320, height = 64, seconds = 0.5 } = {}): string[] {
  const colors = patches.map(
    (pixel, at) =>
      `color=0x${Buffer.from(pixel).toString('hex')}:s=${width / patches.length}x${height}:r=10:d=${seconds},format=gbrp[${at}]`,
  );
  const inputs = patches.map((_pixel, at) => `[${at}]`).join('');
  return ['-f', 'lavfi', '-i', `${colors.join(';')};${inputs}hstack=inputs=${patches.length}`];
}

/** Patches side by side in a picture of a file. */
interface PatchesPlace {
  readonly path: string;
  /** Size of all patches together, pixels. */
  readonly cell: { readonly width: number; readonly height: number };
  readonly count: number;
  /** @default the first frame */
  readonly atSeconds?: number;
  /** Distances from the top left corner, pixels. @default 0 */
  readonly left?: number;
  readonly top?: number;
}

/** Decodes frames of files with ffmpeg, as their own labels say, and returns the center of each patch, by place. */
export async function decodePatches(places: readonly PatchesPlace[]): Promise<Pixel[][]> {
  const wanted = places.map(({ path, cell, atSeconds = 0, left = 0, top = 0 }) => ({
    path,
    atSeconds,
    filters: `crop=${cell.width}:${cell.height}:${left}:${top},scale=flags=accurate_rnd+full_chroma_int,format=rgb24`,
  }));
  const pictures = await decodePictures(wanted);
  return places.map(({ cell, count }, index) =>
    centers(cell, count).map(([x, y]) => {
      const [picture, at] = [pictures[index], (y * cell.width + x) * 3];
      return [picture?.[at] ?? 0, picture?.[at + 1] ?? 0, picture?.[at + 2] ?? 0];
    }),
  );
}

function centers({ width, height }: { width: number; height: number }, count: number): [number, number][] {
  return Array.from({ length: count }, (_, at) => [Math.floor(((at + 0.5) * width) / count), Math.floor(height / 2)]);
}

/** A file in Chromium. */
export interface ShownFile {
  readonly path: string;
  /** Part of the frame that the patches take; the whole frame unless it holds several images. */
  readonly cell: { readonly width: number; readonly height: number };
  readonly count: number;
}

/** Shows each file on one page of Chromium, draws it onto a canvas, and returns the center of each patch. */
export async function showPatches(files: readonly ShownFile[]): Promise<Pixel[][]> {
  const server = createServer((request, response) => {
    const at = Number(/^\/(\d+)/.exec(request.url ?? '')?.[1] ?? Number.NaN);
    const file = files[at];
    if (file === undefined) response.setHeader('content-type', 'text/html').end('<!doctype html>');
    else {
      void readFile(file.path).then((bytes) =>
        response.setHeader('content-type', file.path.endsWith('.jpg') ? 'image/jpeg' : 'video/mp4').end(bytes),
      );
    }
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const browser = await launchBrowser();
  try {
    const page = await openPage(browser);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const shown: Pixel[][] = [];
    for (const [at, { path, cell, count }] of files.entries()) {
      const points = centers(cell, count);
      shown.push(await page.evaluate(readPoints, { url: `/${at}`, isImage: path.endsWith('.jpg'), points }));
    }
    return shown;
  } finally {
    await browser.close();
    server.close();
  }
}

/** Runs in the page. */
async function readPoints({ url, isImage, points }: { url: string; isImage: boolean; points: [number, number][] }): Promise<[number, number, number][]> {
  const bytes = await (await fetch(url)).blob();
  const source = URL.createObjectURL(bytes);
  const canvas = document.createElement('canvas');
  let shown: HTMLImageElement | HTMLVideoElement;
  if (isImage) {
    const image = new Image();
    image.src = source;
    await image.decode();
    [canvas.width, canvas.height, shown] = [image.naturalWidth, image.naturalHeight, image];
  } else {
    const video = document.createElement('video');
    video.muted = true;
    video.src = source;
    await new Promise((resolve, reject) => {
      video.addEventListener('loadeddata', resolve);
      video.addEventListener('error', () => reject(new Error(video.error?.message)));
    });
    // The first frame can be drawn once it was shown, or after a seek.
    video.currentTime = 0.25;
    await new Promise((resolve) => video.addEventListener('seeked', resolve));
    [canvas.width, canvas.height, shown] = [video.videoWidth, video.videoHeight, video];
  }
  const context = canvas.getContext('2d');
  // A busy machine may end the seek before there is a frame to draw.
  for (let attempt = 0; attempt < 100; attempt += 1) {
    context?.drawImage(shown, 0, 0);
    if (context?.getImageData(0, 0, canvas.width, 1).data.some((value, at) => at % 4 < 3 && value > 0) === true) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return points.map(([x, y]) => {
    const [red = 0, green = 0, blue = 0] = context?.getImageData(x, y, 1, 1).data ?? [];
    return [red, green, blue];
  });
}
