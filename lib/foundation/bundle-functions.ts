import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { Code } from 'aws-cdk-lib/aws-lambda';

/** The code of every function, ready for Lambda. */
export interface FunctionBundles {
  /** @param name folder of the function under `lambdas/` */
  codeOf(name: string): Code;
  /** Changes whenever a migration of the catalog is added. */
  readonly migrationsHash: string;
}

const ROOT = join(import.meta.dirname, '../..');

/** Lambda loads ES modules from `.mjs`; CommonJS packages inside the bundle still call `require`. */
const REQUIRE_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * Bundles every `lambdas/<name>/handler.ts` in one pass of esbuild into `.build/lambdas/<name>/index.mjs`, AWS SDK and
 * all, so that a function runs what was tested and not what the runtime ships. The same sources give the same bytes and
 * thereby the same asset hash; files that have not changed are not written again.
 */
export function bundleFunctions(root: string = ROOT): FunctionBundles {
  const outdir = join(root, '.build/lambdas');
  const migrations = join(root, 'catalog/migrations');
  const handlers = globSync('lambdas/*/handler.ts', { cwd: root }).toSorted();
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: handlers.map((handler) => ({ in: handler, out: `${basename(dirname(handler))}/index` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE_BANNER },
    // Names stay, so that a stack trace in the logs can be read.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    write: false,
    // What is wrong is in the error that it throws.
    logLevel: 'silent',
  });
  for (const file of outputFiles) writeIfChanged(file.path, file.contents);
  if (existsSync(migrations)) copyIfChanged(migrations, join(outdir, 'migrate-catalog/migrations'));

  return {
    codeOf: (name) => Code.fromAsset(join(outdir, name)),
    migrationsHash: hashOfFolder(migrations),
  };
}

/** Whole files appear at once: another synthesis may be reading them. */
function writeIfChanged(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const partial = join(dirname(dirname(path)), `.${basename(dirname(path))}-${process.pid}`);
  writeFileSync(partial, contents);
  renameSync(partial, path);
}

function copyIfChanged(from: string, to: string): void {
  if (hashOfFolder(from) === hashOfFolder(to)) return;
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
}

/** Of all names and contents below a folder; of nothing where there is none. */
function hashOfFolder(folder: string): string {
  const hash = createHash('sha256');
  if (existsSync(folder)) {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const path of files.map((file) => join(file.parentPath, file.name)).toSorted()) {
      hash.update(path.slice(folder.length)).update('\0').update(readFileSync(path)).update('\0');
    }
  }
  return hash.digest('hex');
}
