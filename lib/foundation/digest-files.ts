import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Hashes the names and contents of all files below a folder that match a pattern; a missing folder has no files. */
export function digestFiles(folder: string, patterns: readonly string[]): string {
  const hash = createHash('sha256');
  const files = globSync(patterns, { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map((file) => join(file.parentPath, file.name)).toSorted()) {
    hash.update(`${path.slice(folder.length)}\0`).update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}
