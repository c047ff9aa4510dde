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

/** Code of every function, ready for Lambda. */
export interface FunctionBundles {
  /** Returns the code of the function in the folder `lambdas/<name>`. */
  codeOf(name: string): Code;
  /** Hash that changes whenever the catalog's migrations change. */
  readonly migrationsHash: string;
}

const ROOT = join(import.meta.dirname, '../..');

/** Defines `require`, which CommonJS packages inside the ES module bundle still call. */
const REQUIRE_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * Bundles every `lambdas/<name>/handler.ts` in one esbuild pass into `.build/lambdas/<name>/index.mjs`, including the
 * AWS SDK, so that a function runs the tested version and not the runtime's. The same sources yield the same bytes and
 * thereby the same asset hash; unchanged files are not rewritten.
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
    // Identifiers are kept, so that stack traces in the logs are readable.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    write: false,
    // The thrown error holds every message.
    logLevel: 'silent',
  });
  for (const file of outputFiles) writeIfChanged(file.path, file.contents);
  if (existsSync(migrations)) copyIfChanged(migrations, join(outdir, 'migrate-catalog/migrations'));

  return {
    codeOf: (name) => Code.fromAsset(join(outdir, name)),
    migrationsHash: hashOfFolder(migrations),
  };
}

/** Replaces a file atomically, since another synthesis may be reading it. */
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

/** Hashes all names and contents below a folder; a missing folder counts as empty. */
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
