import { isAbsolute } from 'node:path';
import { writeCommandLine } from './npm-options.ts';
import { DEFAULT_STATE, shortenPath, type StartCommand } from './options.ts';
import { DEFAULT_PORT } from './usage.ts';

/** Returns the command line of another start at the same place. @param named files to upload, by absolute path or as an option */
export function writeRestartCommand(
  { port, state, exit, directory }: StartCommand,
  named: readonly string[] = [],
): string {
  const files = named.map((name) => (isAbsolute(name) ? shortenPath(name, directory) : name));
  const portOption = port === DEFAULT_PORT ? [] : ['--port', String(port)];
  const exitOption = exit && files.length > 0 ? ['--exit'] : [];
  const args = [...files, ...exitOption, ...portOption, ...writeStateOption(state, directory)];
  return writeCommandLine(['npm', 'start', ...(args.length === 0 ? [] : ['--', ...args])]);
}

/** Returns the command line that prints the signed URL of a video. */
export function writePlayCommand({ state, directory }: StartCommand, videoId: string): string {
  return writeCommandLine(['npm', 'run', '-s', 'play', '--', videoId, ...writeStateOption(state, directory)]);
}

function writeStateOption(state: string, directory: string): readonly string[] {
  return state === DEFAULT_STATE ? [] : ['--state', shortenPath(state, directory)];
}
