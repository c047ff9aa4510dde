import { type Program, type ProgramOptions, ProgramLauncher } from './program-launcher.ts';

let current: ProgramLauncher | undefined;

/**
 * Starts the launcher of this process, unless it is running. Call it early, while this process is small.
 *
 * @throws Error if the temporary directory is not writable
 */
export function startLauncher(): ProgramLauncher {
  if (current?.usable !== true) current = new ProgramLauncher();
  return current;
}

/**
 * Starts a program by way of the launcher. File descriptor 3 of the program closes when this process or the launcher ends,
 * for any reason: the program must then exit.
 */
export function launchProgram(options: ProgramOptions): Program {
  try {
    return startLauncher().launch(options);
  } catch (error) {
    const exited = Promise.resolve({ error: `The launcher of programs did not start: ${String(error)}` });
    return { exited, closed: exited, kill: () => undefined };
  }
}
