import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Files that synthesis reads. */
const INPUTS = ['{bin,lib,lambdas,catalog,media,web}/**/*.*', 'cdk.json', 'cdk.context.json', 'package-lock.json'];
/** Environment variables that synthesis reads: the CDK command line's context and region. */
const VARIABLES = ['CDK_CONTEXT_JSON', 'CDK_DEFAULT_REGION'];

/**
 * Synthesizes the app into `directory`, unless nothing that synthesis reads has changed.
 *
 * @throws Error with the app's output if synthesis fails
 */
export async function synthesize(projectRoot: string, directory: string): Promise<void> {
  const stamp = `${directory}.stamp`;
  const inputs = digest(projectRoot);
  if (existsSync(join(directory, 'manifest.json')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs)
    return;
  await rm(stamp, { force: true });
  await rm(directory, { recursive: true, force: true });
  await run(projectRoot, directory);
  writeFileSync(stamp, inputs);
}

function digest(projectRoot: string): string {
  const hash = createHash('sha256').update(process.version);
  for (const name of VARIABLES) hash.update(`\0${name}\0${process.env[name] ?? ''}`);
  for (const path of globSync(INPUTS, { cwd: projectRoot }).toSorted()) {
    hash.update(`\0${path}\0`).update(readFileSync(join(projectRoot, path)));
  }
  return hash.digest('hex');
}

async function run(projectRoot: string, directory: string): Promise<void> {
  const app = spawn(process.execPath, ['bin/app.ts'], {
    cwd: projectRoot,
    env: { ...process.env, CDK_OUTDIR: directory, CDK_VALIDATION: 'false' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve, reject) => app.on('close', resolve).on('error', reject));
  const [output, errors, status] = await Promise.all([text(app.stdout), text(app.stderr), exited]);
  if (status !== 0) throw new Error(`Synthesizing the app failed:\n${errors}${output}`);
}
