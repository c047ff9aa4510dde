import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getFfmpeg } from '../../../local/cli/ffmpeg.ts';

/** One picture of a file. */
export interface WantedPicture {
  readonly path: string;
  /** Filters of ffmpeg that end with `format=rgb24`. */
  readonly filters: string;
  /** @default the first picture */
  readonly atSeconds?: number;
}

/**
 * Decodes a picture of each file, as its own labels say, in one run of ffmpeg, whose start takes longer than decoding a small
 * picture. Returns the pixels of each, row by row, three bytes for red, green and blue; none if there is no such picture.
 */
export async function decodePictures(wanted: readonly WantedPicture[]): Promise<Buffer[]> {
  const directory = await mkdtemp(join(tmpdir(), 'pictures-'));
  try {
    const outputs = wanted.map((_, index) => join(directory, `${index}.rgb`));
    const inputs = wanted.flatMap(({ path, atSeconds = 0 }) => [...(atSeconds > 0 ? ['-ss', String(atSeconds)] : []), '-i', path]);
    const pictures = wanted.flatMap(({ filters }, index) => [
      '-map', `${index}:v:0`, '-frames:v', '1', '-vf', filters, '-f', 'rawvideo', outputs[index] ?? '',
    ]);
    await promisify(execFile)(getFfmpeg().ffmpegPath, ['-v', 'error', ...inputs, ...pictures], { maxBuffer: 1 << 26 });
    return await Promise.all(outputs.map((output) => readFile(output)));
  } finally {
    await rm(directory, { recursive: true });
  }
}
