import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { digestFiles } from '../../../lib/foundation/digest-files.ts';
import type * as Synthesis from './synthesize-app.ts';
import type { SynthesizedDeployment } from './synthesize-app.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const KEPT = join(ROOT, '.build', 'test-templates');

/** Files on which the templates depend; the versions of packages are in the lock file. */
const INPUTS = ['{lib,lambdas,catalog,media}/**/*.*', 'test/support/lib/*.ts', 'cdk.json', 'package-lock.json'];

let inputs: string | undefined;

/**
 * Synthesizes deployments like `synthesizeApp`, or returns the result of an earlier test whose inputs were the same: most
 * suites use the default settings, and loading the CDK and synthesizing takes two seconds.
 */
export function synthesizeOnce(
  deployments: readonly Record<string, unknown>[],
  pages?: string,
): readonly SynthesizedDeployment[] {
  inputs ??= digest(process.version, digestFiles(ROOT, INPUTS));
  const settings = digest(JSON.stringify(deployments), pages === undefined ? '' : digestFiles(pages, ['**/*']));
  const path = join(KEPT, `${inputs}-${settings}.json`);
  return read(path) ?? keep(path, inputs, loadSynthesis().synthesizeApp(deployments, undefined, pages));
}

/** Loads the CDK, which takes a second. */
export function loadSynthesis(): typeof Synthesis {
  return createRequire(import.meta.url)('./synthesize-app.ts') as typeof Synthesis;
}

function digest(...texts: readonly string[]): string {
  return createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 16);
}

function read(path: string): SynthesizedDeployment[] | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as SynthesizedDeployment[];
  } catch {
    return undefined;
  }
}

/** Writes a result at once, since suites run in parallel, and removes those of other inputs. */
function keep(path: string, current: string, result: readonly SynthesizedDeployment[]): readonly SynthesizedDeployment[] {
  mkdirSync(KEPT, { recursive: true });
  const next = `${path}.${process.pid}`;
  writeFileSync(next, JSON.stringify(result));
  renameSync(next, path);
  for (const name of globSync('*', { cwd: KEPT })) {
    if (!name.startsWith(current)) rmSync(join(KEPT, name), { force: true });
  }
  return result;
}
