import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SkippedError } from './row.ts';

/** Servers are often installed where only the superuser's PATH leads. */
const ALSO = ['/usr/sbin', '/usr/local/sbin'];

/** @throws Skipped if there is none, so that no bench installs one: that would be measured, and surprise */
export function requireFfmpeg(): void {
  if (!process.env['FFMPEG_PATH']) findProgram('ffmpeg', 'apt-get install ffmpeg');
}

/** @throws Skipped with `advice`, if the program is not installed */
export function findProgram(name: string, advice: string): string {
  const path = [...(process.env['PATH'] ?? '').split(delimiter), ...ALSO]
    .map((directory) => join(directory, name))
    .find((candidate) => existsSync(candidate));
  if (path === undefined) throw new SkippedError(`${name} is not installed; ${advice}`);
  return path;
}
