import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SkippedError } from './row.ts';

/** Directories of server programs, often missing from a user's PATH. */
const SERVER_DIRECTORIES = ['/usr/sbin', '/usr/local/sbin'];

/** @throws SkippedError if ffmpeg is missing, since installing it would distort the measurement */
export function requireFfmpeg(): void {
  if (!process.env['FFMPEG_PATH']) findProgram('ffmpeg', 'apt-get install ffmpeg');
}

/** @throws SkippedError with `advice` if the program is not installed */
export function findProgram(name: string, advice: string): string {
  const path = [...(process.env['PATH'] ?? '').split(delimiter), ...SERVER_DIRECTORIES]
    .map((directory) => join(directory, name))
    .find((candidate) => existsSync(candidate));
  if (path === undefined) throw new SkippedError(`${name} is not installed; ${advice}`);
  return path;
}
