import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import type { Revision } from '../../catalog/schema/index.ts';
import type { JobDeadline } from '../contracts/completion-messages.ts';
import type { DeadlineEnv } from '../contracts/environment.ts';

const MINUTE_MS = 60_000;
const MAX_ALLOWANCE_MS = 24 * 60 * MINUTE_MS;

/** A job takes less than its source's length as a rule; where it takes several times as long, it still gets there. */
const TIMES_DURATION = 10;

/**
 * How long a job may take before somebody looks after it: the configured minimum and ten times the source's length, a
 * day at most, and a day for a source that does not say how long it is.
 */
export function jobAllowanceMs(durationMs: number | undefined, leastMinutes: number): number {
  return durationMs === undefined ? MAX_ALLOWANCE_MS : Math.min(MAX_ALLOWANCE_MS, leastMinutes * MINUTE_MS + TIMES_DURATION * durationMs);
}

/** Has the completion queue told, once the job has had its time. A deadline that is set already stays as it is. */
export type SetJobDeadline = (deadline: JobDeadline, durationMs: number | undefined) => Promise<void>;

/** Takes the deadline of a revision that has ended away again, so that it wakes nobody. */
export type RemoveJobDeadline = (
  revision: Pick<Revision, 'attemptId' | 'submittedAt' | 'source'>,
) => Promise<void>;

/**
 * Deadlines as one-time schedules, which go by themselves once they have fired. The name follows from the attempt and
 * the number of the look, so that whoever sets the same deadline again meets the first one.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#one-time
 */
export function setDeadlineBy(scheduler: SchedulerClient, env: DeadlineEnv): SetJobDeadline {
  return async (deadline, durationMs) => {
    const at = new Date(Date.now() + jobAllowanceMs(durationMs, env.JOB_DEADLINE_MINUTES));
    try {
      await scheduler.send(
        new CreateScheduleCommand({
          GroupName: env.DEADLINE_GROUP,
          Name: nameOf(deadline.attemptId, deadline.look),
          ScheduleExpression: `at(${at.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)})`,
          FlexibleTimeWindow: { Mode: 'OFF' },
          ActionAfterCompletion: 'DELETE',
          Target: { Arn: env.DEADLINE_QUEUE_ARN, RoleArn: env.DEADLINE_ROLE_ARN, Input: JSON.stringify(deadline) },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConflictException)) throw error;
    }
  };
}

/**
 * Each look is set when the one before it has come, so that the time since the submission says which of them is still
 * to come. Where that is missed by one, the look finds a revision that has ended, and does nothing.
 */
export function removeDeadlineBy(scheduler: SchedulerClient, env: DeadlineEnv): RemoveJobDeadline {
  return async ({ attemptId, submittedAt, source }) => {
    if (attemptId === null || submittedAt === null) return;
    const allowanceMs = jobAllowanceMs(source?.durationMs, env.JOB_DEADLINE_MINUTES);
    const look = 1 + Math.max(0, Math.floor((Date.now() - submittedAt.getTime()) / allowanceMs));
    try {
      await scheduler.send(new DeleteScheduleCommand({ GroupName: env.DEADLINE_GROUP, Name: nameOf(attemptId, look) }));
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
  };
}

function nameOf(attemptId: string, look: number): string {
  return `${attemptId}-${look}`;
}
