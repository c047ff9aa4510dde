import { cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { digestFiles } from './digest-files.ts';
import { packagesOf, requirePermissive } from './licenses.ts';

export interface BundledFunctions {
  /** Directory with one folder per function, named as the function's folder in `lambdas/`. */
  readonly directory: string;
  /** Hash that changes whenever the catalog's migrations, or the rights of its roles, change. */
  readonly migrationsHash: string;
}

const ROOT = join(import.meta.dirname, '../..');

/** Files that a bundle may hold, and those that determine how it is made. */
const INPUTS = [
  '{lambdas,catalog,media}/**/*',
  'lib/foundation/{bundle-functions,licenses}.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
const ALL_FILES = ['**/*'];
/** Files below `catalog/` that determine what the migration does. */
const MIGRATING = ['migrations/**/*', 'migrating/**/*', 'rights.ts'];

/** Defines `require`, which CommonJS packages inside the ES module bundle still call. */
const REQUIRE_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * Leaves out the translations of Zod's messages, 300 kB: no function chooses one, and Zod loads English by itself. It exports
 * them as one object, from which a bundler cannot drop the unused ones where a library, as that of the API, uses all of Zod.
 */
const WITHOUT_ZOD_TRANSLATIONS = replaceModule(
  'without-zod-translations',
  /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/,
  "export { default as en } from './en.js';",
);

/**
 * Reduces the SDK's chain of credentials to the environment variables in which Lambda passes those of the function's role. The
 * rest is 100 kB in every bundle: profiles, single sign-on, web identity, instance metadata.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
const ROLE_CREDENTIALS_ONLY = replaceModule(
  'role-credentials-only',
  /[\\/]@aws-sdk[\\/]credential-provider-node[\\/]dist-es[\\/]index\.js$/,
  "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
);

function replaceModule(name: string, filter: RegExp, contents: string): Plugin {
  return {
    name,
    setup: (bundling) => bundling.onLoad({ filter }, ({ path }) => ({ contents, resolveDir: dirname(path) })),
  };
}

/**
 * Bundles every `lambdas/<name>/handler.ts` in one esbuild pass into `.build/lambdas/<name>/index.mjs`, including the
 * AWS SDK, so that a function runs the tested version and not the runtime's. The same sources yield the same bytes and
 * thereby the same asset hash. Nothing is bundled while both the inputs and the bundles are unchanged; unchanged bundles
 * are not rewritten.
 *
 * @throws Error with every message of esbuild if a function does not compile, and if it contains a package whose license
 *   is not permissive
 */
export async function bundleFunctions(root: string = ROOT): Promise<BundledFunctions> {
  const directory = join(root, '.build/lambdas');
  const migrations = join(root, 'catalog/migrations');
  const stamp = `${directory}.stamp`;
  const inputs = `${process.version} ${digestFiles(root, INPUTS)}`;
  const describe = (): string => `${inputs} ${digestFiles(directory, ALL_FILES)}`;
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== describe()) {
    await bundle(root, directory);
    if (existsSync(migrations)) copyIfChanged(migrations, join(directory, 'migrate-catalog/migrations'));
    writeFileSync(stamp, describe());
  }
  return { directory, migrationsHash: digestFiles(join(root, 'catalog'), MIGRATING) };
}

async function bundle(root: string, outdir: string): Promise<void> {
  const handlers = globSync('lambdas/*/handler.ts', { cwd: root }).toSorted();
  const { outputFiles, metafile } = await build({
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
    plugins: [WITHOUT_ZOD_TRANSLATIONS, ROLE_CREDENTIALS_ONLY],
    minify: true,
    // Functions and classes keep their names, so that stack traces in the logs are readable.
    keepNames: true,
    legalComments: 'none',
    write: false,
    metafile: true,
    // The thrown error holds every message.
    logLevel: 'silent',
  });
  requirePermissive(packagesOf(Object.keys(metafile.inputs).map((file) => join(root, file))));
  for (const file of outputFiles) writeIfChanged(file.path, file.contents);
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
  if (digestFiles(from, ALL_FILES) === digestFiles(to, ALL_FILES)) return;
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
}
