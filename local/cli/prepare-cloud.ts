import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudContext } from '../cloud/laptop-service.ts';
import { RECORD_ACCESS } from '../iam/access-record.ts';
import type { HeldPorts, LaptopCloud } from '../laptop-cloud.ts';
import type { Assembly } from '../template/assembly.ts';
import { synthesize } from '../template/synthesize.ts';
import { PROJECT_ROOT } from './caller-directory.ts';
import { createErrorReport } from './error-report.ts';
import { type Ffmpeg, findFfmpeg } from './ffmpeg.ts';
import { installFfmpeg } from './install-ffmpeg.ts';
import type { StartCommand } from './options.ts';
import type { StartProgress } from './start-progress.ts';
import type { Terminal } from './terminal.ts';

interface Surroundings {
  readonly ports: HeldPorts;
  readonly databaseUrl: URL | undefined;
  readonly terminal: Terminal;
  readonly progress: StartProgress;
  /** Stops the preparation. */
  readonly signal: AbortSignal;
}

/**
 * Synthesizes the app, finds or installs ffmpeg, and starts the laptop cloud.
 *
 * @throws Error that says what to do; the reason of `signal` if it stops the preparation
 */
export async function prepareCloud(command: StartCommand, surroundings: Surroundings): Promise<LaptopCloud> {
  const failure = new AbortController();
  // In its own process, while this one loads and starts the services.
  const synthesized = prepareAssembly(command, {
    ...surroundings,
    signal: AbortSignal.any([surroundings.signal, failure.signal]),
  });
  synthesized.catch(() => undefined);
  try {
    return await startServices(command, surroundings, synthesized);
  } catch (error) {
    failure.abort();
    throw error;
  }
}

async function startServices(
  { state, assembly, habits }: StartCommand,
  surroundings: Surroundings,
  synthesized: Promise<Assembly>,
): Promise<LaptopCloud> {
  const { ports, databaseUrl, terminal, progress, signal } = surroundings;
  const found = findFfmpeg();
  found.catch(() => undefined);
  const [{ startLaptopCloud }, { explainDatabaseError }] = await Promise.all([
    import('../laptop-cloud.ts'),
    import('./database-url.ts'),
  ]);
  progress.end('load');
  const report = createErrorReport(terminal, state);
  const ffmpeg = (await found) ?? (await install(surroundings));
  const databaseStep = existsSync(join(state, 'database')) || databaseUrl ? 'openDatabase' : 'createDatabase';
  progress.begin(databaseStep);
  const cloud = startLaptopCloud({
    stateDirectory: state,
    assembly: () => synthesized,
    ports,
    ...ffmpeg,
    databaseUrl: databaseUrl?.href,
    habits,
    accessRecord: readAccessRecord(process.env[RECORD_ACCESS], assembly),
    reportError: (what, error) => {
      // Requests that a stop cuts off fail, which says nothing new.
      if (signal.aborted) return;
      report(what, error);
    },
    reportRepair: (message) => terminal.line(`${message.replace(`${state}/`, '')}.`),
    onDatabaseReady: () => progress.end(databaseStep),
    onResource: (done, total) => progress.count('deployStack', done, total),
    signal,
  }).catch((error) => Promise.reject(explainDatabaseError(error, databaseUrl)));
  // Needed next, and loaded while this process waits for the database and the app. A failure is reported there.
  import('./serve.ts').catch(() => undefined);
  return cloud;
}

function readAccessRecord(folder: string | undefined, assembly: string | undefined): CloudContext['accessRecord'] {
  return folder === undefined || folder === '' ? undefined : { folder, edited: assembly !== undefined };
}

async function install({ terminal, progress, signal }: Surroundings): Promise<Ffmpeg> {
  progress.begin('installFfmpeg');
  const installed = await installFfmpeg(
    (command) => terminal.line(`ffmpeg is not installed; running: ${command}`),
    signal,
  );
  progress.end('installFfmpeg');
  return installed;
}

async function prepareAssembly(
  { assembly, context, state }: StartCommand,
  { progress, signal }: Surroundings,
): Promise<Assembly> {
  const directory = assembly ?? join(state, 'assembly');
  if (assembly === undefined) {
    await synthesize(PROJECT_ROOT, directory, { context, signal, onRun: () => progress.begin('buildApp') });
    progress.end('buildApp');
  } else if (!existsSync(join(assembly, 'manifest.json'))) {
    throw new Error(`--assembly names ${assembly}, which holds no cloud assembly. npm run synth writes one to cdk.out.`);
  }
  const [{ readAssembly }, { requireOwnStacks }] = await Promise.all([
    import('../template/assembly.ts'),
    import('./deployed-stacks.ts'),
  ]);
  const content = readAssembly(directory);
  requireOwnStacks(state, content.stacks.map(({ name }) => name));
  return content;
}
