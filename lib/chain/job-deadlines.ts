import { Aws, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { DeadlineEnv } from '../../lambdas/contracts/environment.ts';
import type { Environment, SluiceFunction } from '../foundation/sluice-function.ts';
import type { WorkQueue } from '../foundation/work-queue.ts';
import { allow } from '../foundation/allow.ts';

export interface JobDeadlinesProps {
  /** Queue of the function that checks overdue jobs. */
  readonly completion: WorkQueue;
  /** Minimum time for every job, in minutes; ten times the source's duration is added. */
  readonly minimumMinutes: number;
}

/**
 * Deadlines of encoding jobs: a one-time schedule for each, which sends to the completion queue and then deletes
 * itself. Nothing polls, so that a paused catalog stays paused. Deleting the group deletes its schedules.
 */
export class JobDeadlines extends Construct {
  readonly #props: JobDeadlinesProps;
  readonly #group: CfnScheduleGroup;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: JobDeadlinesProps) {
    super(scope, id);
    this.#props = props;
    this.#group = new CfnScheduleGroup(this, 'Group');
    // Only schedules of this group.
    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    this.#role = new Role(this, 'SendRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: { 'aws:SourceArn': this.#group.attrArn },
        },
      }),
      description: 'Lets deadlines of encoding jobs send to the completion queue',
    });
    allow(this.#role, { actions: ['sqs:SendMessage'], resources: [props.completion.queue.queueArn] });
  }

  /**
   * Lets a function set deadlines, and provides its variables.
   * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html
   */
  grantSet(fn: SluiceFunction): void {
    this.#grantOnSchedules(fn, 'scheduler:CreateSchedule');
    allow(fn.role, {
      actions: ['iam:PassRole'],
      resources: [this.#role.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    });
    fn.addVariables({
      DEADLINE_GROUP: this.#group.ref,
      DEADLINE_QUEUE_ARN: this.#props.completion.queue.queueArn,
      DEADLINE_ROLE_ARN: this.#role.roleArn,
      JOB_DEADLINE_MINUTES: String(this.#props.minimumMinutes),
    } satisfies Environment<DeadlineEnv>);
  }

  /** Lets a function remove the deadline of a revision that has ended. */
  grantRemove(fn: SluiceFunction): void {
    this.#grantOnSchedules(fn, 'scheduler:DeleteSchedule');
  }

  #grantOnSchedules(fn: SluiceFunction, action: string): void {
    allow(fn.role, {
      actions: [action],
      resources: [
        Stack.of(this).formatArn({ service: 'scheduler', resource: 'schedule', resourceName: `${this.#group.ref}/*` }),
      ],
      wildcardReason: 'Schedules are named after their job, and the group holds nothing else.',
    });
  }
}
