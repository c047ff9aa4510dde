import { ConflictException, CreateScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';

interface ScheduledMessage {
  /** Schedule group. */
  readonly group: string;
  /** Name of the schedule within its group; a schedule with this name is kept. */
  readonly name: string;
  readonly at: Date;
  /** ARN of the queue or function that receives the message. */
  readonly targetArn: string;
  /** ARN of the role with which EventBridge Scheduler sends it. */
  readonly roleArn: string;
  readonly message: object;
}

/**
 * Schedules one message to a queue or a function. The schedule deletes itself after it fires, within a minute of its time.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#one-time
 */
export async function sendOnce(scheduler: SchedulerClient, scheduled: ScheduledMessage): Promise<void> {
  const { group, name, at, targetArn, roleArn, message } = scheduled;
  try {
    await scheduler.send(
      new CreateScheduleCommand({
        GroupName: group,
        Name: name,
        ScheduleExpression: `at(${at.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)})`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: { Arn: targetArn, RoleArn: roleArn, Input: JSON.stringify(message) },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConflictException)) throw error;
  }
}
