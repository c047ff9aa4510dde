import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { digestFiles } from '../foundation/digest-files.ts';
import { requirePermissive, type LicensedPackage } from '../foundation/licenses.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Files that the build may read: the pages, and the folders from which they may import. */
const INPUTS = ['web/**/*', 'lib/foundation/licenses.ts', 'lambdas/contracts/**/*', 'media/**/*', 'package-lock.json'];

/**
 * Builds the pages in `web/` with Vite into `.build/web`, unless their sources are unchanged. The same sources yield the
 * same bytes and thereby the same asset hash.
 *
 * @returns the directory of the built pages
 * @throws Error with Vite's output if the build fails, and if it contains a package whose license is not permissive
 */
export async function buildPages(root: string = ROOT): Promise<string> {
  const directory = join(root, '.build/web');
  const stamp = `${directory}.stamp`;
  const inputs = `${process.version} ${digestFiles(root, INPUTS)}`;
  if (existsSync(directory) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return directory;
  mkdirSync(join(root, '.build'), { recursive: true });
  // Renamed when complete, since another synthesis may be reading the previous build.
  const partial = `${directory}-${process.pid}`;
  try {
    await runVite(root, partial);
    requirePermissive(readLicenses(partial));
    rmSync(stamp, { force: true });
    rmSync(directory, { recursive: true, force: true });
    renameSync(partial, directory);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  writeFileSync(stamp, inputs);
  return directory;
}

/** Reads the licenses of the packages in a build, which Vite lists by `build.license`. */
function readLicenses(directory: string): LicensedPackage[] {
  const packages: readonly { readonly name: string; readonly identifier: string | null }[] = JSON.parse(
    readFileSync(join(directory, 'third-party-licenses.json'), 'utf8'),
  );
  return packages.map(({ name, identifier }) => ({ name, license: identifier ?? 'no license' }));
}

async function runVite(root: string, outDir: string): Promise<void> {
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const options = ['build', 'web', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'];
  const child = spawn(process.execPath, [vite, ...options], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
  const [output, errors, status] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  if (status !== 0) throw new Error(`The pages could not be built:\n${errors}${output}`);
}
