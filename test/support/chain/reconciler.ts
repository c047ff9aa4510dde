import type { CompletionMessage, JobDeadline } from '../../../lambdas/contracts/completion-messages.ts';
import { type FindingCode, reconcileRequestSchema, type Reconciliation } from '../../../lambdas/contracts/reconciliation.ts';
import type { RemovalMessage } from '../../../lambdas/contracts/removal-message.ts';
import type { UploadMessage } from '../../../lambdas/contracts/upload-message.ts';
import type { WithdrawalInbox } from '../../../lambdas/contracts/withdrawal-message.ts';
import { reconcile, type ReconcileContext } from '../../../lambdas/reconcile/reconcile.ts';
import { RunStateStore } from '../../../lambdas/reconcile/run-state.ts';
import { type ChainServices, DEADLINES, DEPLOYMENT, type Functions, GRACE_MINUTES, GRACES } from './services.ts';

const HOUR_MS = 3_600_000;

/** Time after which nothing is in progress any more, in hours. */
export const SETTLED_HOURS = 3;

export interface Reconciler {
  /** Messages that runs have sent, oldest first. */
  readonly uploads: UploadMessage[];
  readonly completions: (CompletionMessage | JobDeadline)[];
  readonly removals: RemovalMessage[];
  readonly withdrawals: WithdrawalInbox[];
  /** Runs that continue later, with the pause in seconds. */
  readonly continued: { readonly runId: string; readonly pauseSeconds: number }[];
  /** Returns the context of an invocation, by default hours later and with all the time it wants. */
  contextOf(changes?: Partial<ReconcileContext> & { readonly functions?: Functions; readonly hours?: number }): ReconcileContext;
  /** Carries out a whole run. @returns its report */
  run(request?: { readonly dryRun?: boolean; readonly removeUnknown?: boolean }, changes?: Partial<ReconcileContext>): Promise<Reconciliation>;
}

let runs = 0;

/** Makes a reconciler over the services of the chain. */
export function makeReconciler(services: ChainServices): Reconciler {
  const uploads: Reconciler['uploads'] = [];
  const completions: Reconciler['completions'] = [];
  const removals: Reconciler['removals'] = [];
  const withdrawals: Reconciler['withdrawals'] = [];
  const continued: Reconciler['continued'] = [];
  const contextOf: Reconciler['contextOf'] = ({ functions = services, hours = SETTLED_HOURS, ...changes } = {}) => ({
    ...functions,
    sourceBucket: services.sourceBucket,
    deployment: DEPLOYMENT,
    encoderQueueArn: functions.queueArn,
    deadlineGroup: DEADLINES.DEADLINE_GROUP,
    graceGroup: GRACES.GRACE_GROUP,
    graceMinutes: GRACE_MINUTES,
    sendUpload: async (message) => void uploads.push(message),
    sendToCompletion: async (message) => void completions.push(message),
    sendRemoval: async (message) => void removals.push(message),
    sendWithdrawal: async (message) => void withdrawals.push(message),
    isUploadsQueueEmpty: async () => true,
    now: () => new Date(Date.now() + hours * HOUR_MS),
    store: new RunStateStore(functions.s3, services.outputBucket),
    remainingMs: () => 900_000,
    continueLater: async (runId, pauseSeconds) => void continued.push({ runId, pauseSeconds }),
    ...changes,
  });
  return {
    uploads,
    completions,
    removals,
    withdrawals,
    continued,
    contextOf,
    run: async (request = {}, changes = {}) => {
      const runId = `run ${(runs += 1)}`;
      const { last } = await reconcile(contextOf(changes), reconcileRequestSchema.parse({ type: 'start', runId, ...request }));
      if (last?.runId !== runId) throw new Error(`Run ${runId} has not ended.`);
      return last;
    },
  };
}

/** Returns the findings of a report as counts: found, mended. */
export function countsOf({ findings }: Reconciliation): Partial<Record<FindingCode, readonly [found: number, mended: number]>> {
  return Object.fromEntries(Object.entries(findings).map(([code, { found, mended }]) => [code, [found, mended]]));
}
