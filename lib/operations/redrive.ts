import { Construct } from 'constructs';
import { deadLettersOf, queueUrlVariable } from '../../lambdas/contracts/redrive-queues.ts';
import { REDRIVE_QUEUES, type RedriveQueue } from '../../lambdas/contracts/redrive.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import { CONSUMER_TIMEOUT, type WorkQueue } from '../foundation/work-queue.ts';

export interface RedriveProps {
  /** Catalog with the failed videos. */
  readonly catalog: Catalog;
  /** Queues whose dead letters can be moved back. */
  readonly queues: Readonly<Record<RedriveQueue, WorkQueue>>;
  /** Settings shared by all functions. */
  readonly functions: FunctionDefaults;
}

/**
 * Function that retries failed videos and moves dead letters back, for an operator's terminal. It holds the rights, so that
 * an operator needs the permission to invoke it and none for the catalog or the queues.
 */
export class Redrive extends Construct {
  readonly fn: SluiceFunction;

  constructor(scope: Construct, id: string, { catalog, queues, functions }: RedriveProps) {
    super(scope, id);
    this.fn = new SluiceFunction(this, 'Function', {
      ...functions,
      name: 'redrive',
      description: 'Retries failed videos and moves dead letters back, for operators',
      timeout: CONSUMER_TIMEOUT,
    });
    catalog.grantAccess(this.fn, 'chain');
    for (const queue of REDRIVE_QUEUES) {
      queues[queue].grantRedrive(this.fn, { variable: queueUrlVariable(queue), deadLettersVariable: deadLettersOf(queue) });
    }
  }
}
