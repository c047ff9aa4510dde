import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { clientConfig, readRunning } from '../local/cli/running.ts';
import { startCloud } from './cloud.ts';
import { formatMilliseconds, measureMs } from './figures.ts';
import { median } from './median.ts';
import type { BenchOptions, BenchRow } from './row.ts';

const run = promisify(execFile);

const AIM_MS = 300;
const PEER_STARTS = 10;

/** Measures the start of each function's first process, from the invocation until its handler is loaded. */
export async function* coldStart({ rounds, log }: BenchOptions): AsyncGenerator<BenchRow, void> {
  const [starts, plain]: [number[], number[]] = [[], []];
  for (let round = 1; round <= rounds; round += 1) {
    log(`starting every function, round ${round} of ${rounds}`);
    await using cloud = await startCloud();
    const lambda = new LambdaClient(clientConfig(readRunning(cloud.stateDirectory)));
    // One at a time, as a first upload does. A handler refuses the empty event, after it was loaded.
    const { Functions: functions = [] } = await lambda.send(new ListFunctionsCommand());
    for (const { FunctionName } of functions) {
      await lambda.send(new InvokeCommand({ FunctionName, Payload: Buffer.from('{}') })).catch(() => undefined);
    }
    lambda.destroy();
    for (let start = 1; start <= PEER_STARTS; start += 1) {
      plain.push(await measureMs(() => run(process.execPath, ['-e', '0'])));
    }
    starts.push(...readInitDurations(join(cloud.stateDirectory, 'logs')));
  }
  const [startMs, plainMs] = [median(starts), median(plain)];
  yield {
    measure: 'cold start of a function, p50',
    sluice: `${formatMilliseconds(startMs)} (${starts.length} starts)`,
    peer: `empty Node.js process: ${formatMilliseconds(plainMs)}`,
    ratio: startMs / plainMs,
    aim: { text: `< ${AIM_MS} ms`, met: startMs < AIM_MS },
  };
}

function readInitDurations(logs: string): readonly number[] {
  return readdirSync(logs)
    .flatMap((name) => readFileSync(join(logs, name), 'utf8').match(/Init Duration: [\d.]+/g) ?? [])
    .map((text) => Number(text.slice('Init Duration: '.length)));
}
