import { join } from 'node:path';
import { findFfmpeg } from '../../local/cli/ffmpeg.ts';
import { installFfmpeg } from '../../local/cli/install-ffmpeg.ts';

/** Compiled sources of the processes and worker threads that tests start: https://nodejs.org/api/module.html#module-compile-cache */
const COMPILE_CACHE = join(import.meta.dirname, '../../.build/compile-cache');

/** Prepares what the tests start: installs ffmpeg where it is missing, and lets node keep what it compiles. */
export default async function prepareTools(): Promise<void> {
  process.env['NODE_COMPILE_CACHE'] ??= COMPILE_CACHE;
  if ((await findFfmpeg()) === undefined) await installFfmpeg((command) => void process.stdout.write(`${command}\n`));
}
