import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Files that the build may read: the pages, and the folders from which they may import. */
const INPUTS = ['web/**/*', 'lambdas/contracts/**/*', 'media/**/*', 'package-lock.json'];

/**
 * Builds the pages in `web/` with Vite into `.build/web`, unless their sources are unchanged. The same sources yield the
 * same bytes and thereby the same asset hash.
 *
 * @returns the directory of the built pages
 * @throws Error with Vite's output if the build fails
 */
export function buildPages(root: string = ROOT): string {
  const directory = join(root, '.build/web');
  const stamp = `${directory}.stamp`;
  const inputs = digest(root);
  if (existsSync(directory) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return directory;
  mkdirSync(join(root, '.build'), { recursive: true });
  // Renamed when complete, since another synthesis may be reading the previous build.
  const partial = `${directory}-${process.pid}`;
  try {
    runVite(root, partial);
    rmSync(stamp, { force: true });
    rmSync(directory, { recursive: true, force: true });
    renameSync(partial, directory);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  writeFileSync(stamp, inputs);
  return directory;
}

function runVite(root: string, outDir: string): void {
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const options = ['build', 'web', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'];
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [vite, ...options], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`The pages could not be built:\n${stderr}${stdout}`);
}

function digest(root: string): string {
  const hash = createHash('sha256').update(process.version);
  const files = globSync(INPUTS, { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map((file) => join(file.parentPath, file.name)).toSorted()) {
    hash.update(`\0${path.slice(root.length)}\0`).update(readFileSync(path));
  }
  return hash.digest('hex');
}
