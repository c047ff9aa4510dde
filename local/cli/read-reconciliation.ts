import { S3Client } from '@aws-sdk/client-s3';
import type { ReconcileResponse } from '../../lambdas/contracts/reconciliation.ts';
import { reportState, RunStateStore } from '../../lambdas/reconcile/run-state.ts';
import { clientConfig, type Running } from './running.ts';

/**
 * Reads the run in progress and the last report of the reconciler of a running laptop cloud, from the object in which the
 * reconciler keeps them. Both are missing if it never ran.
 */
export async function readReconciliation(running: Running): Promise<ReconcileResponse> {
  const s3 = new S3Client(clientConfig(running));
  try {
    const { state } = await new RunStateStore(s3, running.outputs['OutputBucketName'] ?? '').read();
    return reportState(state);
  } finally {
    s3.destroy();
  }
}
