import { Duration } from 'aws-cdk-lib';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { ReconcileEnv } from '../../lambdas/contracts/environment.ts';
import type { ReconcileRequest } from '../../lambdas/contracts/reconciliation.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Encoder } from '../chain/encoder.ts';
import type { JobDeadlines } from '../chain/job-deadlines.ts';
import type { Config } from '../config/config.ts';
import type { GraceEnds } from '../delivery/grace-ends.ts';
import { OneTimeSchedules } from '../foundation/one-time-schedules.ts';
import { type Environment, type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import type { WorkQueue } from '../foundation/work-queue.ts';
import type { OutputBucket } from '../storage/output-bucket.ts';
import type { SourceBucket } from '../storage/source-bucket.ts';

export interface ReconcilerProps {
  /** Bucket of sources, each of which must be registered. */
  readonly source: SourceBucket;
  /** Bucket of encodes, which also keeps the report of the last run. */
  readonly output: OutputBucket;
  /** Catalog that it compares with the buckets, the jobs and the schedules. */
  readonly catalog: Catalog;
  /** Encoder whose jobs it compares. */
  readonly encoder: Encoder;
  /** Schedules of the pipeline. */
  readonly deadlines: JobDeadlines;
  /** Schedules of the ends of graces. */
  readonly graceEnds: GraceEnds;
  /** Queues to which it sends messages that were lost. */
  readonly uploads: WorkQueue;
  readonly completion: WorkQueue;
  readonly removals: WorkQueue;
  readonly withdrawals: WorkQueue;
  /** How long superseded revisions stay served, and what happens to them then. */
  readonly delivery: Config['delivery'];
  /** Whether it runs every day. */
  readonly schedule: Config['operations']['reconcile'];
  /** Settings shared by all functions. */
  readonly functions: FunctionDefaults;
}

/** Maximum of Lambda. A run that takes longer continues in another invocation. */
const TIMEOUT = Duration.minutes(15);

/** Half past three, when few upload. */
const DAILY = 'cron(30 3 * * ? *)';

/** Minutes within which the daily run may begin, so that all deployments of a region do not begin at once. */
const MAX_DELAY_MINUTES = 60;

/**
 * Compares buckets, jobs and schedules with the catalog, once a day and on demand, and mends what is safe. It is invoked
 * directly, by a schedule or an operator, so that it takes none of the concurrency that event sources share.
 */
export class Reconciler extends OneTimeSchedules {
  readonly fn: SluiceFunction;

  constructor(scope: Construct, id: string, props: ReconcilerProps) {
    super(scope, id, { description: 'Lets schedules invoke the reconciler', namedAfter: 'run' });
    this.fn = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'reconcile',
      description: 'Compares buckets, jobs and schedules with the catalog, and mends what is safe',
      timeout: TIMEOUT,
      environment: {
        SUPERSEDED_GRACE_MINUTES: String(props.delivery.supersededGraceMinutes),
        AFTER_GRACE: props.delivery.afterGrace,
        RECONCILE_GROUP: this.group.ref,
        RECONCILE_ROLE_ARN: this.role.roleArn,
      } satisfies Environment<
        Pick<ReconcileEnv, 'SUPERSEDED_GRACE_MINUTES' | 'AFTER_GRACE' | 'RECONCILE_GROUP' | 'RECONCILE_ROLE_ARN'>
      >,
    });
    const { fn } = this;
    props.catalog.grantAccess(fn, 'chain');
    props.source.grantReconcile(fn);
    props.output.grantReconcile(fn);
    props.encoder.grantReconcile(fn);
    props.deadlines.grantReconcile(fn, 'DEADLINE_GROUP' satisfies keyof ReconcileEnv);
    props.graceEnds.grantReconcile(fn, 'GRACE_GROUP' satisfies keyof ReconcileEnv);
    props.uploads.grantSend(fn, 'UPLOADS_QUEUE_URL' satisfies keyof ReconcileEnv);
    props.uploads.grantCount(fn);
    props.completion.grantSend(fn, 'COMPLETION_QUEUE_URL' satisfies keyof ReconcileEnv);
    props.removals.grantSend(fn, 'REMOVALS_QUEUE_URL' satisfies keyof ReconcileEnv);
    props.withdrawals.grantSend(fn, 'WITHDRAWALS_QUEUE_URL' satisfies keyof ReconcileEnv);
    this.allowInvoke(fn);
    this.allowCreate(fn);
    if (props.schedule === 'daily') {
      new CfnSchedule(this, 'Daily', {
        groupName: this.group.ref,
        scheduleExpression: DAILY,
        flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: MAX_DELAY_MINUTES },
        target: {
          arn: fn.functionArn,
          roleArn: this.role.roleArn,
          input: JSON.stringify({ type: 'start', dryRun: false, removeUnknown: false } satisfies ReconcileRequest),
        },
      });
    }
  }
}
