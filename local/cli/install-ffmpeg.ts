import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { type Ffmpeg, findFfmpeg } from './ffmpeg.ts';
import { findProgram } from './find-program.ts';

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
 * Installs the platform's package of ffmpeg, if the user has permission.
 *
 * @param onRun called with the command before it runs
 * @param signal ends the installation
 * @throws Error with the command to run if ffmpeg cannot be installed
 */
export async function installFfmpeg(onRun: (command: string) => void, signal?: AbortSignal): Promise<Ffmpeg> {
  const manager = PACKAGE_MANAGERS.find(({ name }) => findProgram(name) !== undefined);
  if (manager === undefined) throw new Error('ffmpeg is not installed. Install it, or set FFMPEG_PATH to it.');
  const isRoot = process.getuid?.() === 0;
  const prefix = manager.asRoot && !isRoot ? ['sudo'] : [];
  const advice = manager.commands.map((command) => [...prefix, ...command].join(' ')).join(' && ');
  if (prefix.length > 0 && spawnSync('sudo', ['-n', 'true']).status !== 0) {
    throw new Error(`ffmpeg is not installed. Install it with: ${advice}`);
  }
  onRun(advice);
  for (const command of manager.commands) {
    const { status, errors } = await run([...prefix, ...command], signal);
    signal?.throwIfAborted();
    if (status !== 0) throw new Error(`Installing ffmpeg failed; run: ${advice}\n${errors}`);
  }
  const installed = await findFfmpeg();
  if (installed === undefined) throw new Error('ffmpeg was installed but is not on the PATH. Set FFMPEG_PATH to it.');
  return installed;
}

async function run(
  [program = '', ...args]: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ status: number | null; errors: string }> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    ...(signal && { signal }),
  });
  child.on('error', () => undefined);
  const [errors] = await Promise.all([text(child.stderr), once(child, 'close').catch(() => undefined)]);
  return { status: child.exitCode, errors };
}
