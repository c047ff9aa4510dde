import { findProgram } from '../local/cli/find-program.ts';
import { SkippedError } from './row.ts';

/** Directories of server programs, often missing from a user's PATH. */
const SERVER_DIRECTORIES = ['/usr/sbin', '/usr/local/sbin'];

/** @throws SkippedError if ffmpeg is missing, since installing it would distort the measurement */
export function requireFfmpeg(): void {
  if (!process.env['FFMPEG_PATH']) requireProgram('ffmpeg', 'apt-get install ffmpeg');
}

/** Returns the path of a program. @throws SkippedError with `advice` if it is not installed */
export function requireProgram(name: string, advice: string): string {
  const path = findProgram(name, SERVER_DIRECTORIES);
  if (path === undefined) throw new SkippedError(`${name} is not installed; ${advice}`);
  return path;
}
