import { Construct } from 'constructs';
import type { Step as StepName } from '../../lambdas/contracts/steps.ts';
import type { StepEnv } from '../../lambdas/contracts/environment.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import { CONSUMER_TIMEOUT, WorkQueue } from '../foundation/work-queue.ts';
import type { TranscodeEvents } from './transcode-events.ts';

export interface ProcessingStepProps {
  /** Name of the step and of its function's folder. */
  readonly name: StepName;
  /** Its description in the console, a sentence. */
  readonly description: string;
  /** Memory of its function, in MiB. @default 512 */
  readonly memorySize?: number;
  /** Events that start the step. */
  readonly events: TranscodeEvents;
  /** Catalog that records its results. */
  readonly catalog: Catalog;
  /** Maximum concurrent invocations. */
  readonly maxConcurrency: number;
  /** Queue that it notifies when every required step has finished, and whose dead-letter queue it shares. */
  readonly completion: WorkQueue;
  /** Id of the deployment, the dimension of its metrics. */
  readonly deployment: string;
  /** Settings that all functions share. */
  readonly functions: FunctionDefaults;
}

/**
 * One of the steps that run side by side once a job is complete. It has its own queue, so that a failed step is retried
 * without the others. Access to the output bucket is granted to its function.
 */
export class ProcessingStep extends Construct {
  readonly work: WorkQueue;
  readonly fn: SluiceFunction;

  constructor(scope: Construct, id: string, props: ProcessingStepProps) {
    super(scope, id);
    const { name, description, memorySize, functions } = props;
    this.work = new WorkQueue(this, 'Work', { deadLetters: props.completion.deadLetters });
    this.fn = new SluiceFunction(this, 'Function', {
      ...functions,
      name,
      description,
      timeout: CONSUMER_TIMEOUT,
      ...(memorySize !== undefined && { memorySize }),
    });
    props.catalog.grantAccess(this.fn, 'chain');
    props.completion.grantSend(this.fn, 'COMPLETION_QUEUE_URL' satisfies keyof StepEnv);
    this.work.feed(this.fn, { maxConcurrency: props.maxConcurrency, deployment: props.deployment });
    props.events.queueTo(this.work, ['COMPLETE']);
  }
}
