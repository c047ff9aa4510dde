import type { Construct } from 'constructs';
import type { AttemptEnv, CompletionEnv, DeadlineEnv } from '../../lambdas/contracts/environment.ts';
import { OneTimeSchedules } from '../foundation/one-time-schedules.ts';
import type { Environment, SluiceFunction } from '../foundation/sluice-function.ts';
import type { WorkQueue } from '../foundation/work-queue.ts';

export interface JobDeadlinesProps {
  /** Queue of the function that checks overdue jobs. */
  readonly completion: WorkQueue;
  /** Minimum time for every job, in minutes; ten times the source's duration is added. */
  readonly minimumMinutes: number;
  /** Pause between the first failure of an encode and the second attempt, in seconds. */
  readonly retryPauseSeconds: number;
}

/** Deadlines of encoding jobs, and attempts that follow a failed one. */
export class JobDeadlines extends OneTimeSchedules {
  readonly #props: JobDeadlinesProps;

  constructor(scope: Construct, id: string, props: JobDeadlinesProps) {
    super(scope, id, {
      description: 'Lets deadlines and further attempts of encoding jobs send to their queues',
      namedAfter: 'job',
    });
    this.#props = props;
    this.allowSend(props.completion);
  }

  /** Lets a function set deadlines, and provides its variables. */
  grantSet(fn: SluiceFunction): void {
    this.allowCreate(fn);
    fn.addVariables({
      DEADLINE_GROUP: this.group.ref,
      DEADLINE_QUEUE_ARN: this.#props.completion.queue.queueArn,
      DEADLINE_ROLE_ARN: this.role.roleArn,
    } satisfies Environment<DeadlineEnv>);
  }

  /** Lets a function check jobs, schedule their next checks, and end those whose time is up. */
  grantCheck(fn: SluiceFunction): void {
    this.grantSet(fn);
    fn.addVariables({
      JOB_DEADLINE_MINUTES: String(this.#props.minimumMinutes),
    } satisfies Environment<Pick<CompletionEnv, 'JOB_DEADLINE_MINUTES'>>);
  }

  /** Lets a function that may set deadlines schedule further attempts, and provides its variables. */
  grantRetry(fn: SluiceFunction, uploads: WorkQueue): void {
    this.allowSend(uploads);
    fn.addVariables({
      UPLOADS_QUEUE_ARN: uploads.queue.queueArn,
      RETRY_PAUSE_SECONDS: String(this.#props.retryPauseSeconds),
    } satisfies Environment<Omit<AttemptEnv, keyof DeadlineEnv>>);
  }

  /** Lets a function also look for the deadline of a job. */
  override grantReconcile(fn: SluiceFunction, variable: string): void {
    super.grantReconcile(fn, variable);
    this.allowLookUp(fn);
  }

  /** Lets a function remove the deadline of a revision that has ended. */
  grantRemove(fn: SluiceFunction): void {
    this.allowDelete(fn);
  }
}
