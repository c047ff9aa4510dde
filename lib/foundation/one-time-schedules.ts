import { Aws, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { allow } from './allow.ts';
import type { SluiceFunction } from './sluice-function.ts';
import type { WorkQueue } from './work-queue.ts';

export interface OneTimeSchedulesProps {
  /** Description of the schedules in the console. */
  readonly description: string;
  /** Name of the thing that a schedule is named after. */
  readonly namedAfter: string;
}

/**
 * One-time schedules, each of which sends one message to a queue or a function and then deletes itself. Nothing polls, so that a paused
 * catalog stays paused. Deleting the group deletes its schedules.
 */
export class OneTimeSchedules extends Construct {
  protected readonly group: CfnScheduleGroup;
  protected readonly role: Role;
  readonly #namedAfter: string;

  constructor(scope: Construct, id: string, { description, namedAfter }: OneTimeSchedulesProps) {
    super(scope, id);
    this.#namedAfter = namedAfter;
    this.group = new CfnScheduleGroup(this, 'Group');
    // Only schedules of this group.
    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    this.role = new Role(this, 'SendRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: { 'aws:SourceArn': this.group.attrArn },
        },
      }),
      description,
    });
  }

  /** Lets the schedules send to a queue. */
  protected allowSend({ queue }: WorkQueue): void {
    allow(this.role, { actions: ['sqs:SendMessage'], resources: [queue.queueArn] });
  }

  /** Lets the schedules invoke a function. */
  protected allowInvoke(fn: SluiceFunction): void {
    allow(this.role, { actions: ['lambda:InvokeFunction'], resources: [fn.functionArn] });
  }

  /** Lets a function list schedules and delete those that are orphaned, and names their group. */
  grantReconcile(fn: SluiceFunction, variable: string): void {
    allow(fn.role, {
      actions: ['scheduler:ListSchedules'],
      resources: ['*'],
      wildcardReason: 'ListSchedules has no resource types.',
    });
    this.allowDelete(fn);
    fn.addVariables({ [variable]: this.group.ref });
  }

  /**
   * Lets a function create schedules.
   * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html
   */
  protected allowCreate(fn: SluiceFunction): void {
    this.#allowOnSchedules(fn, 'scheduler:CreateSchedule');
    allow(fn.role, {
      actions: ['iam:PassRole'],
      resources: [this.role.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    });
  }

  /** Lets a function look for a schedule by its name. */
  protected allowLookUp(fn: SluiceFunction): void {
    this.#allowOnSchedules(fn, 'scheduler:GetSchedule');
  }

  /** Lets a function delete schedules. */
  protected allowDelete(fn: SluiceFunction): void {
    this.#allowOnSchedules(fn, 'scheduler:DeleteSchedule');
  }

  #allowOnSchedules(fn: SluiceFunction, action: string): void {
    allow(fn.role, {
      actions: [action],
      resources: [
        Stack.of(this).formatArn({ service: 'scheduler', resource: 'schedule', resourceName: `${this.group.ref}/*` }),
      ],
      wildcardReason: `Schedules are named after their ${this.#namedAfter}, and the group holds nothing else.`,
    });
  }
}
