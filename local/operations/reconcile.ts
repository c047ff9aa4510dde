import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ReconcileResponse, reconcileResponseSchema, type Reconciliation } from '../../lambdas/contracts/reconciliation.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { Deployment } from './deployment.ts';
import { describeCounts, describeReport } from './describe-report.ts';
import type { Operation } from './parse-operation.ts';

const OUTPUT = 'ReconcileFunctionName';

export interface ReconcileOptions {
  /** Waits between two looks at the run, in milliseconds. @default a timer */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** Pause between two looks at a run. */
const PAUSE_MS = 1_000;

/** Looks until a run that was started must have begun. */
const MAX_LOOKS_BEFORE_START = 60;

/**
 * Carries out a run of the reconciler and prints its report, or prints that of the last run.
 *
 * @returns the exit status
 * @throws Error if another run is in progress, or none was ever carried out
 */
export async function reconcile(
  deployment: Deployment,
  { last: isLast, dryRun, removeUnknown, json }: Extract<Operation, { name: 'reconcile' }>,
  terminal: Terminal,
  { wait = sleep }: ReconcileOptions = {},
): Promise<0 | 1> {
  const report = isLast ? await readLast(deployment) : await run(deployment, { dryRun, removeUnknown }, terminal, wait);
  if (json) terminal.line(JSON.stringify(report, null, 2));
  else for (const line of describeReport(report)) terminal.line(line);
  return isAllDone(report) ? 0 : 1;
}

async function look(deployment: Deployment): Promise<ReconcileResponse> {
  return reconcileResponseSchema.parse(await deployment.invoke(OUTPUT, { type: 'report' }));
}

async function readLast(deployment: Deployment): Promise<Reconciliation> {
  const { last } = await look(deployment);
  if (last === undefined) throw new Error('No run has ended yet.');
  return last;
}

async function run(
  deployment: Deployment,
  options: { readonly dryRun: boolean; readonly removeUnknown: boolean },
  terminal: Terminal,
  wait: (milliseconds: number) => Promise<unknown>,
): Promise<Reconciliation> {
  const { running: other } = await look(deployment);
  if (other !== undefined) throw new Error(`A run is in progress since ${other.startedAt}: ${describeProgress(other)}.`);
  const runId = randomUUID();
  await deployment.start(OUTPUT, { type: 'start', runId, ...options });
  for (let looks = 1; ; looks += 1) {
    const { running, last } = await look(deployment);
    if (last?.runId === runId) {
      terminal.progress('');
      return last;
    }
    if (running !== undefined && running.runId !== runId) throw new Error(`Another run began at ${running.startedAt}.`);
    if (running === undefined && looks > MAX_LOOKS_BEFORE_START)
      throw new Error('The run has not begun. The function’s log may say why.');
    if (running !== undefined) terminal.progress(describeProgress(running));
    await wait(PAUSE_MS);
  }
}

function describeProgress({ phase, examined }: NonNullable<ReconcileResponse['running']>): string {
  const counts = describeCounts(examined);
  return counts === '' ? phase : `${phase}, ${counts}`;
}

/** Returns whether a report leaves nothing to an operator. */
function isAllDone({ findings, unfinished, dryRun }: Reconciliation): boolean {
  const all = Object.values(findings);
  return unfinished.length === 0 && all.every(({ found, mended }) => (dryRun ? found === 0 : mended === found));
}
