import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { findCallerDirectory } from './caller-directory.ts';
import { findProgram } from './find-program.ts';

export interface Ffmpeg {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
}

/** An installed ffmpeg, and how an error about it begins. */
interface Candidate {
  readonly ffmpeg: Ffmpeg;
  readonly subject: string;
}

/** Output of `ffmpeg -encoders`, or why it could not be run. */
interface EncoderList {
  readonly stdout: string;
  readonly error?: Error | null | undefined;
}

const LIST_ENCODERS = ['-hide_banner', '-encoders'];

/**
 * Finds the ffmpeg to use: `FFMPEG_PATH` with the ffprobe beside it, else those on the PATH. This process continues while
 * ffmpeg lists its encoders.
 *
 * @returns undefined if ffmpeg is not installed
 * @throws Error that names `FFMPEG_PATH` if it is wrong; Error if ffmpeg cannot encode H.264
 */
export async function findFfmpeg(environment: NodeJS.ProcessEnv = process.env): Promise<Ffmpeg | undefined> {
  const candidate = locateFfmpeg(environment);
  if (candidate === undefined) return undefined;
  const list = await new Promise<EncoderList>((finish) => {
    execFile(candidate.ffmpeg.ffmpegPath, LIST_ENCODERS, (failure, stdout) => {
      // As for the synchronous call, an exit status is not an error.
      finish({ stdout, error: typeof failure?.code === 'string' ? failure : undefined });
    });
  });
  return requireH264(candidate, list);
}

function locateFfmpeg(environment: NodeJS.ProcessEnv): Candidate | undefined {
  const chosen = environment['FFMPEG_PATH'];
  if (chosen !== undefined && chosen !== '') {
    const path = resolve(findCallerDirectory(environment, process.cwd()), chosen);
    return { ffmpeg: findFfprobeBeside(path), subject: `FFMPEG_PATH is ${chosen}, which` };
  }
  const [ffmpegPath, ffprobePath] = ['ffmpeg', 'ffprobe'].map((name) => findProgram(name));
  if (ffmpegPath === undefined || ffprobePath === undefined) return undefined;
  return { ffmpeg: { ffmpegPath, ffprobePath }, subject: ffmpegPath };
}

/**
 * Name of the checked ffmpeg in the data of this process, which the realms that jest gives to test files share, unlike a
 * variable of this module: each check starts ffmpeg.
 */
const CHECKED = 'checked ffmpeg';

/**
 * Returns the ffmpeg to use, which is checked once per process for each `FFMPEG_PATH`.
 *
 * @throws Error if ffmpeg is not installed or not suitable
 */
export function getFfmpeg(): Ffmpeg {
  const name = `${CHECKED} ${process.env['FFMPEG_PATH'] ?? ''}`;
  const known = getEnvironmentData(name);
  if (isFfmpeg(known)) return known;
  const candidate = locateFfmpeg(process.env);
  if (candidate === undefined) throw new Error('ffmpeg is not installed. Install it, or set FFMPEG_PATH to it.');
  const list = spawnSync(candidate.ffmpeg.ffmpegPath, LIST_ENCODERS, { encoding: 'utf8' });
  const suitable = requireH264(candidate, list);
  setEnvironmentData(name, suitable);
  return suitable;
}

function isFfmpeg(data: unknown): data is Ffmpeg {
  return typeof data === 'object' && data !== null && 'ffmpegPath' in data && 'ffprobePath' in data;
}

function requireH264({ ffmpeg, subject }: Candidate, { stdout, error }: EncoderList): Ffmpeg {
  if (error) throw new Error(`${subject} cannot be run: ${error.message}`, { cause: error });
  if (stdout.includes('libx264')) return ffmpeg;
  const problem = stdout.includes('Encoders:')
    ? 'was built without libx264, so it cannot encode H.264'
    : 'is not ffmpeg';
  throw new Error(`${subject} ${problem}. Set FFMPEG_PATH to an ffmpeg that can encode H.264.`);
}

function findFfprobeBeside(ffmpegPath: string): Ffmpeg {
  const ffprobePath = join(dirname(ffmpegPath), 'ffprobe');
  for (const path of [ffmpegPath, ffprobePath]) {
    if (!existsSync(path)) throw new Error(`FFMPEG_PATH is ${ffmpegPath}, but ${path} does not exist.`);
  }
  return { ffmpegPath, ffprobePath };
}
