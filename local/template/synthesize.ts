import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Files that synthesis reads. */
const INPUTS = ['{bin,lib,lambdas,catalog,media,web}/**/*.*', 'cdk.json', 'cdk.context.json', 'package-lock.json'];

interface SynthesisOptions {
  /** Settings by key, with values as `cdk synth -c` takes them. @default none */
  readonly context?: Readonly<Record<string, string>>;
  /** Ends a running synthesis. */
  readonly signal?: AbortSignal;
  /** Called before the app runs. */
  readonly onRun?: () => void;
}

/**
 * Synthesizes the app into `directory`, unless neither what synthesis reads nor its output has changed.
 *
 * @throws Error with the app's output if synthesis fails; the reason of `signal` if it ends the synthesis
 */
export async function synthesize(
  projectRoot: string,
  directory: string,
  { context = {}, signal, onRun }: SynthesisOptions = {},
): Promise<void> {
  const stamp = `${directory}.stamp`;
  const variables = readVariables(context);
  const inputs = digest(projectRoot, variables);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === `${inputs} ${digestOutput(directory)}`) return;
  onRun?.();
  await rm(stamp, { force: true });
  await rm(directory, { recursive: true, force: true });
  await run(projectRoot, { ...variables, CDK_OUTDIR: directory, CDK_VALIDATION: 'false' }, signal);
  writeFileSync(stamp, `${inputs} ${digestOutput(directory)}`);
}

/**
 * Returns the environment variables through which the CDK command line passes context and region to an app. Added context
 * comes first, like that of the command line.
 */
function readVariables(added: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { CDK_CONTEXT_JSON: inherited = '{}', CDK_DEFAULT_REGION: region } = process.env;
  const context = Object.keys(added).length === 0 ? inherited : JSON.stringify({ ...parseObject(inherited), ...added });
  return { CDK_CONTEXT_JSON: context, ...(region !== undefined && { CDK_DEFAULT_REGION: region }) };
}

function parseObject(json: string): object {
  const value: unknown = JSON.parse(json);
  return typeof value === 'object' && value !== null ? value : {};
}

function digest(projectRoot: string, variables: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256').update(process.version);
  for (const [name, value] of Object.entries(variables)) hash.update(`\0${name}\0${value}`);
  for (const path of globSync(INPUTS, { cwd: projectRoot }).toSorted()) {
    hash.update(`\0${path}\0`).update(readFileSync(join(projectRoot, path)));
  }
  return hash.digest('hex');
}

/** Returns a hash of the templates and manifests, by which a damaged one is found. Assets are named by their own hashes. */
function digestOutput(directory: string): string {
  const hash = createHash('sha256');
  for (const file of globSync('*.json', { cwd: directory }).toSorted())
    hash.update(`\0${file}\0`).update(readFileSync(join(directory, file)));
  return hash.digest('hex');
}

async function run(
  projectRoot: string,
  variables: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const app = spawn(process.execPath, ['bin/app.ts'], {
    cwd: projectRoot,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal && { signal }),
  });
  const exited = new Promise<number | null>((resolve, reject) => app.on('close', resolve).on('error', reject));
  const [output, errors, status] = await Promise.all([text(app.stdout), text(app.stderr), exited]).catch((error) => {
    signal?.throwIfAborted();
    throw error;
  });
  signal?.throwIfAborted();
  // The app prints nothing else about wrong settings.
  if (status !== 0 && errors.startsWith('Configuration:')) throw new Error(errors.trimEnd());
  if (status !== 0) throw new Error(`Synthesizing the app failed:\n${errors}${output}`);
}
