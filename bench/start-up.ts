import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { spawnLaptopCloud } from '../test/support/laptop-cloud.ts';
import { formatSeconds, measureMs } from './figures.ts';
import { requireFfmpeg } from './require-program.ts';
import { median } from './median.ts';
import type { BenchOptions, BenchRow } from './row.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const run = promisify(execFile);

const ROOT = join(import.meta.dirname, '..');
const FIRST_AIM_MS = 6000;
const AGAIN_AIM_MS = 1500;

/** Measures the time from the command until uploads are accepted, with and without the state of an earlier start. */
export async function* startUp({ rounds, log }: BenchOptions): AsyncGenerator<BenchRow, void> {
  requireFfmpeg();
  const [first, again, synthesis, database]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 1; round <= rounds; round += 1) {
    log(`starting, round ${round} of ${rounds}`);
    using state = temporaryDirectory();
    first.push(await startAndStop(state.path));
    synthesis.push(await measureMs(() => synthesize()));
    again.push(await startAndStop(state.path));
    database.push(await measureMs(() => openDatabase(join(state.path, 'database'))));
  }
  yield row('start to ready for uploads, first start', median(first), 'synthesizing the app alone', median(synthesis), FIRST_AIM_MS);
  yield row('start to ready for uploads, later start', median(again), 'opening its database alone', median(database), AGAIN_AIM_MS);
}

function row(measure: string, ownMs: number, peer: string, peerMs: number, aimMs: number): BenchRow {
  return {
    measure,
    sluice: formatSeconds(ownMs),
    peer: `${peer}: ${formatSeconds(peerMs)}`,
    ratio: ownMs / peerMs,
    aim: { text: `< ${aimMs / 1000} s`, met: ownMs < aimMs },
  };
}

async function startAndStop(stateDirectory: string): Promise<number> {
  const started = performance.now();
  const cloud = await spawnLaptopCloud({ stateDirectory });
  const elapsedMs = performance.now() - started;
  await cloud.stop();
  return elapsedMs;
}

async function synthesize(): Promise<void> {
  using directory = temporaryDirectory();
  const env = { ...process.env, CDK_OUTDIR: directory.path, CDK_VALIDATION: 'false' };
  await run(process.execPath, ['bin/app.ts'], { cwd: ROOT, env });
}

async function openDatabase(cluster: string): Promise<void> {
  using copy = temporaryDirectory();
  cpSync(cluster, copy.path, { recursive: true });
  const script = `const { PGlite } = await import('@electric-sql/pglite');
    const database = await PGlite.create(process.argv[1]);
    await database.query('select 1');
    process.exit(0);`;
  await run(process.execPath, ['--input-type=module', '-e', script, copy.path], { cwd: ROOT });
}
