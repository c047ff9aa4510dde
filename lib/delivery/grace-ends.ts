import type { Construct } from 'constructs';
import type { WithdrawalEnv } from '../../lambdas/contracts/environment.ts';
import { OneTimeSchedules } from '../foundation/one-time-schedules.ts';
import type { Environment, SluiceFunction } from '../foundation/sluice-function.ts';
import type { WorkQueue } from '../foundation/work-queue.ts';

/** Ends of the graces of superseded revisions. */
export class GraceEnds extends OneTimeSchedules {
  readonly #work: WorkQueue;

  /** @param work queue of the function that retires the revisions */
  constructor(scope: Construct, id: string, work: WorkQueue) {
    super(scope, id, {
      description: 'Lets the ends of graces send to the queue of the withdrawal function',
      namedAfter: 'revision',
    });
    this.#work = work;
    this.allowSend(work);
  }

  /** Lets a function schedule the end of a grace, and provides its variables. */
  grantSet(fn: SluiceFunction): void {
    this.allowCreate(fn);
    fn.addVariables({
      GRACE_GROUP: this.group.ref,
      GRACE_QUEUE_ARN: this.#work.queue.queueArn,
      GRACE_ROLE_ARN: this.role.roleArn,
    } satisfies Environment<Pick<WithdrawalEnv, 'GRACE_GROUP' | 'GRACE_QUEUE_ARN' | 'GRACE_ROLE_ARN'>>);
  }
}
