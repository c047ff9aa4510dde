import { execFile } from 'node:child_process';
import { statfsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getFfmpeg } from '../local/cli/ffmpeg.ts';
import { footagePath } from '../test/support/footage.ts';
import { SkippedError } from './row.ts';

const run = promisify(execFile);

const FOOTAGE_SECONDS = 30;
/** Space for what is made of the film beside the films. */
const SPARE_BYTES = 2e9;

/** @throws SkippedError unless a directory's disk has space for films of these durations, and for what is made of them */
export function requireSpace(directory: string, ...minutes: readonly number[]): void {
  const { bavail, bsize } = statfsSync(directory);
  const total = minutes.reduce((sum, each) => sum + each, 0);
  const needed = ((total * 60) / FOOTAGE_SECONDS) * statSync(footagePath).size + SPARE_BYTES;
  if (bavail * bsize < needed) {
    const [need, free] = [needed, bavail * bsize].map(formatGigabytes);
    throw new SkippedError(`needs ${need} of disk space, and ${directory} has ${free}; set TMPDIR to a directory on another disk`);
  }
}

function formatGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Makes an MP4 of some minutes by repeating the footage without encoding it. @returns its path */
export async function makeFilm(directory: string, minutes: number): Promise<string> {
  const [list, path] = [join(directory, `${minutes}.list`), join(directory, `${minutes}-minutes.mp4`)];
  await writeFile(list, `file '${footagePath}'\n`.repeat((minutes * 60) / FOOTAGE_SECONDS));
  const input = ['-f', 'concat', '-safe', '0', '-i', list];
  await run(getFfmpeg().ffmpegPath, ['-v', 'error', '-nostdin', ...input, '-map', '0:v:0', '-map', '0:a:0', '-c', 'copy', path]);
  return path;
}
