import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Returns the path of a program on the PATH or in one of `moreDirectories`; undefined if it is not installed. */
export function findProgram(name: string, moreDirectories: readonly string[] = []): string | undefined {
  return [...(process.env['PATH'] ?? '').split(delimiter), ...moreDirectories]
    .map((directory) => join(directory, name))
    .find((path) => existsSync(path));
}
