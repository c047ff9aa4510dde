import { v7 as uuidv7 } from 'uuid';
import { type Phase, PHASES, type ReconcileRequest, type ReconcileResponse, type Reconciliation } from '../contracts/reconciliation.ts';
import { isPassingError } from '../runtime/is-passing-error.ts';
import { describeError } from '../runtime/logger.ts';
import type { ReconcileServices, Run } from './context.ts';
import { reconcileJobs } from './reconcile-jobs.ts';
import { reconcileOutput } from './reconcile-output.ts';
import { reconcileSchedules } from './reconcile-schedules.ts';
import { reconcileSource } from './reconcile-source.ts';
import { reconcileUploads } from './reconcile-uploads.ts';
import { reportState, type RunState, type RunStateStore, RunTakenError, type StoredState } from './run-state.ts';

/** Does a bounded part of a phase. @returns where the next call continues; undefined at the end */
type Step = (run: Run, cursor: string | undefined) => Promise<string | undefined>;

const STEPS: Readonly<Record<Phase, Step>> = {
  jobs: reconcileJobs,
  schedules: reconcileSchedules,
  output: reconcileOutput,
  source: reconcileSource,
  uploads: reconcileUploads,
};

export interface ReconcileContext extends ReconcileServices {
  readonly store: RunStateStore;
  /** Milliseconds until Lambda stops the invocation. */
  readonly remainingMs: () => number;
  /** Has the run continue in another invocation, after a pause in seconds. */
  readonly continueLater: (runId: string, pauseSeconds: number) => Promise<void>;
}

/** Time that an invocation leaves for the step that it has begun. */
const RESERVE_MS = 180_000;

/** Age of the last write after which a run counts as dead: longer than an invocation may take. */
const DEAD_MS = 20 * 60_000;

/** Errors in a row that will pass, after which a phase is given up. */
const MAX_FAILURES = 5;

/** Pause after the first of them, in seconds; each further one is as much longer. */
const FAILURE_PAUSE_SECONDS = 120;

/**
 * Starts or continues a run, or only returns its state. There is at most one: while one is in progress, a start does nothing.
 * The state is written after each step, so that a run that is interrupted, or delivered twice, loses or repeats one step.
 */
export async function reconcile(context: ReconcileContext, request: ReconcileRequest): Promise<ReconcileResponse> {
  const stored = await context.store.read();
  if (request.type !== 'report') {
    try {
      const taken = await take(context, stored, request);
      if (taken !== undefined) await work(context, taken);
    } catch (error) {
      if (!(error instanceof RunTakenError)) throw error;
      context.logger.info('run taken by another invocation');
    }
  }
  return reportState((request.type === 'report' ? stored : await context.store.read()).state);
}

/** Takes over the run of a request. @returns undefined if the request is about another run, or one that has ended */
async function take(
  { store, now, logger }: ReconcileContext,
  { state, etag }: StoredState,
  request: Exclude<ReconcileRequest, { type: 'report' }>,
): Promise<StoredState | undefined> {
  const { running, last } = state;
  const updatedAt = now().toISOString();
  const isSame = running !== undefined && running.report.runId === request.runId;
  if (isSame) return store.write({ ...state, running: { ...running, updatedAt, writes: running.writes + 1 } }, etag);
  if (request.type === 'continue' || (request.runId !== undefined && last?.runId === request.runId)) return undefined;
  if (running !== undefined && now().getTime() - Date.parse(running.updatedAt) < DEAD_MS) {
    logger.warn('run not started: another is in progress', { runId: running.report.runId });
    return undefined;
  }
  const { runId = uuidv7(), dryRun, removeUnknown } = request;
  const report: Reconciliation = { runId, dryRun, startedAt: updatedAt, examined: {}, findings: {}, unfinished: [] };
  const begun = { report, removeUnknown, phase: PHASES[0], failures: 0, writes: 0, updatedAt };
  logger.info('run started', { runId, dryRun, removeUnknown });
  return store.write({ ...state, running: begun }, etag);
}

type Running = NonNullable<RunState['running']>;

/** Carries out steps until the run has ended or the invocation must. */
async function work(context: ReconcileContext, taken: StoredState): Promise<void> {
  const { store, remainingMs, continueLater, now, logger } = context;
  let stored = taken;
  for (let running = stored.state.running; running !== undefined; running = stored.state.running) {
    const { runId } = running.report;
    if (remainingMs() < RESERVE_MS) return continueLater(runId, 0);
    const next = await step(context, running);
    if (next.phase === undefined) {
      const last = { ...next.report, endedAt: now().toISOString() };
      await store.write({ last }, stored.etag);
      logger.info('run ended', { report: last });
      return;
    }
    const { phase } = next;
    stored = await store.write({ ...stored.state, running: { ...next, phase } }, stored.etag);
    if (next.failures > 0) return continueLater(runId, FAILURE_PAUSE_SECONDS * next.failures);
  }
}

/** A run after a step; without a phase after its last step. */
type Progress = Omit<Running, 'phase'> & { readonly phase: Phase | undefined };

async function step(context: ReconcileContext, running: Running): Promise<Progress> {
  const { phase, cursor, failures, removeUnknown, writes } = running;
  // A step that fails leaves no trace in the report, since it is repeated.
  const report = structuredClone(running.report);
  const written = { ...running, writes: writes + 1, updatedAt: context.now().toISOString() };
  try {
    const next = await STEPS[phase]({ ...context, report, removeUnknown }, cursor);
    return next === undefined ? enterNext({ ...written, report }) : { ...written, report, cursor: next, failures: 0 };
  } catch (error) {
    context.logger.error('step failed', { phase, cursor, error: describeError(error) });
    if (isPassingError(error) && failures < MAX_FAILURES) return { ...written, failures: failures + 1 };
    const message = error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 300) : 'unknown error';
    const unfinished = [...running.report.unfinished, { phase, error: message }];
    return enterNext({ ...written, report: { ...running.report, unfinished } });
  }
}

/** Returns a run at the beginning of its next phase. */
function enterNext({ cursor: _done, ...running }: Running): Progress {
  return { ...running, phase: PHASES[PHASES.indexOf(running.phase) + 1], failures: 0 };
}
