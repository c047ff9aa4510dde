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

/** Allowance per duration of the source. A job usually takes less than the duration itself. */
const DURATION_FACTOR = 10;

/**
 * Returns the time that a job has before it is checked: the configured minimum plus ten times the source's duration, at
 * most a day, and a day if the duration is unknown.
 */
export function jobAllowanceMs(durationMs: number | undefined, minimumMinutes: number): number {
  if (durationMs === undefined) return MAX_ALLOWANCE_MS;
  return Math.min(MAX_ALLOWANCE_MS, minimumMinutes * MINUTE_MS + DURATION_FACTOR * durationMs);
}

/** Schedules a message to the completion queue for when the job's time is up. Keeps a deadline that is already set. */
export type SetJobDeadline = (deadline: JobDeadline, durationMs: number | undefined) => Promise<void>;

/** Removes the deadline of a revision that has ended, so that it does not resume a paused catalog. */
export type RemoveJobDeadline = (
  revision: Pick<Revision, 'attemptId' | 'submittedAt' | 'source'>,
) => Promise<void>;

/**
 * Returns a function that sets deadlines as one-time schedules, which delete themselves after they fire. Their name
 * consists of the attempt and the number of the check, so that setting the same deadline twice keeps the first.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#one-time
 */
export function jobDeadlineSetter(scheduler: SchedulerClient, env: DeadlineEnv): SetJobDeadline {
  return async (deadline, durationMs) => {
    const at = new Date(Date.now() + jobAllowanceMs(durationMs, env.JOB_DEADLINE_MINUTES));
    try {
      await scheduler.send(
        new CreateScheduleCommand({
          GroupName: env.DEADLINE_GROUP,
          Name: scheduleName(deadline.attemptId, deadline.look),
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
 * Returns a function that removes the next deadline of a revision. Each deadline is set when the previous one expires,
 * so the time since the submission determines which one is next. A deadline that remains does nothing: its check finds a
 * revision that has ended.
 */
export function jobDeadlineRemover(scheduler: SchedulerClient, env: DeadlineEnv): RemoveJobDeadline {
  return async ({ attemptId, submittedAt, source }) => {
    if (attemptId === null || submittedAt === null) return;
    const allowanceMs = jobAllowanceMs(source?.durationMs, env.JOB_DEADLINE_MINUTES);
    const check = 1 + Math.max(0, Math.floor((Date.now() - submittedAt.getTime()) / allowanceMs));
    try {
      await scheduler.send(
        new DeleteScheduleCommand({ GroupName: env.DEADLINE_GROUP, Name: scheduleName(attemptId, check) }),
      );
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
  };
}

function scheduleName(attemptId: string, check: number): string {
  return `${attemptId}-${check}`;
}
