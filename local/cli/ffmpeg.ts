import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from './find-program.ts';

interface Ffmpeg {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
}

const PACKAGE_MANAGERS = [
  {
    name: 'apt-get',
    asRoot: true,
    commands: [
      ['apt-get', 'update', '-qq'],
      ['apt-get', 'install', '-y', '-qq', 'ffmpeg'],
    ],
  },
  // From RPM Fusion, since Fedora's own ffmpeg-free lacks libx264.
  { name: 'dnf', asRoot: true, commands: [['dnf', 'install', '-y', '-q', 'ffmpeg']] },
  { name: 'brew', asRoot: false, commands: [['brew', 'install', '--quiet', 'ffmpeg']] },
] as const;

/**
 * Finds the ffmpeg to use: `FFMPEG_PATH` with the ffprobe beside it, else those on the PATH, else the platform's package,
 * installed now if the user has permission.
 *
 * @throws Error with the command to run if ffmpeg is missing and cannot be installed; Error if it cannot encode H.264
 */
export function ensureFfmpeg(print: (line: string) => void): Ffmpeg {
  const chosen = process.env['FFMPEG_PATH'];
  if (chosen !== undefined && chosen !== '') return requireH264(findFfprobeBeside(chosen));
  const found = findOnPath();
  if (found !== undefined) return requireH264(found);
  install(print);
  const installed = findOnPath();
  if (installed === undefined) throw new Error('ffmpeg was installed but is not on the PATH. Set FFMPEG_PATH to it.');
  return requireH264(installed);
}

function requireH264(ffmpeg: Ffmpeg): Ffmpeg {
  const { stdout } = spawnSync(ffmpeg.ffmpegPath, ['-hide_banner', '-encoders'], { encoding: 'utf8' });
  if (stdout?.includes('libx264')) return ffmpeg;
  throw new Error(
    `${ffmpeg.ffmpegPath} was built without libx264, so it cannot encode H.264. Set FFMPEG_PATH to one that can.`,
  );
}

function findFfprobeBeside(ffmpegPath: string): Ffmpeg {
  const ffprobePath = join(dirname(ffmpegPath), 'ffprobe');
  for (const path of [ffmpegPath, ffprobePath]) {
    if (!existsSync(path)) throw new Error(`FFMPEG_PATH is ${ffmpegPath}, but ${path} does not exist.`);
  }
  return { ffmpegPath, ffprobePath };
}

function findOnPath(): Ffmpeg | undefined {
  const [ffmpegPath, ffprobePath] = ['ffmpeg', 'ffprobe'].map((name) => findProgram(name));
  return ffmpegPath !== undefined && ffprobePath !== undefined ? { ffmpegPath, ffprobePath } : undefined;
}

function install(print: (line: string) => void): void {
  const manager = PACKAGE_MANAGERS.find(({ name }) => findProgram(name) !== undefined);
  if (manager === undefined) throw new Error('ffmpeg is not installed. Install it, or set FFMPEG_PATH to it.');
  const isRoot = process.getuid?.() === 0;
  const prefix = manager.asRoot && !isRoot ? ['sudo'] : [];
  const advice = manager.commands.map((command) => [...prefix, ...command].join(' ')).join(' && ');
  if (prefix.length > 0 && spawnSync('sudo', ['-n', 'true']).status !== 0) {
    throw new Error(`ffmpeg is not installed. Install it with: ${advice}`);
  }
  print(`ffmpeg is not installed; installing it: ${advice}`);
  for (const command of manager.commands) {
    const [program = '', ...args] = [...prefix, ...command];
    const { status, stderr } = spawnSync(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) throw new Error(`Installing ffmpeg failed; run: ${advice}\n${stderr}`);
  }
}
