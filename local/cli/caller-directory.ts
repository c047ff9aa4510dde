import { join } from 'node:path';

/** Directory of the project, to which npm changes before it runs a script. */
export const PROJECT_ROOT = join(import.meta.dirname, '..', '..');

/**
 * Returns the directory to which the user's relative paths belong: where npm was called, as in
 * `npm --prefix ~/sluice start -- clip.mp4`, or the working directory of a program that npm did not start.
 * https://docs.npmjs.com/cli/commands/npm-run-script
 */
export function findCallerDirectory(
  environment: Readonly<Record<string, string | undefined>>,
  workingDirectory: string,
): string {
  const { INIT_CWD: calledFrom, npm_package_json: manifest } = environment;
  // Programs that another package's scripts start inherit the variable, which then says nothing about them.
  const isScriptOfThisProject = manifest === join(PROJECT_ROOT, 'package.json') && workingDirectory === PROJECT_ROOT;
  return isScriptOfThisProject && calledFrom !== undefined && calledFrom !== '' ? calledFrom : workingDirectory;
}
