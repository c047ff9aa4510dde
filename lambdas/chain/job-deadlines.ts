import {
  DeleteScheduleCommand,
  GetScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { sendOnce } from '../runtime/send-once.ts';
import type { Revision } from '../../catalog/schema/index.ts';
import type { JobDeadline } from '../contracts/completion-messages.ts';
import type { DeadlineEnv } from '../contracts/environment.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Allowance per duration of the source. A job usually takes less than the duration itself. */
const DURATION_FACTOR = 10;

/** Time that even the shortest job takes, from its submission. */
const MIN_JOB_MS = MINUTE_MS;

/** Estimated time of a job whose source does not state its duration. */
const UNKNOWN_JOB_MS = 10 * MINUTE_MS;

/** Pause between the first and the second check of a job; each further one is twice as long, up to a maximum. */
const FIRST_PAUSE_MS = 2 * MINUTE_MS;

/** Maximum pause between two checks, for which the alarm on unfinished videos waits. */
const MAX_PAUSE_MS = 4 * 60 * MINUTE_MS;

/**
 * Returns the time that a job may run, and the time that the steps have afterwards: the configured minimum plus ten times
 * the source's duration, at most a day, and a day if the duration is unknown.
 */
export function jobAllowanceMs(durationMs: number | undefined, minimumMinutes: number): number {
  if (durationMs === undefined) return DAY_MS;
  return Math.min(DAY_MS, minimumMinutes * MINUTE_MS + DURATION_FACTOR * durationMs);
}

/**
 * Returns the time from the submission of a job to its first check, which is at its estimated end, or from one check to the
 * next, which doubles up to four hours.
 *
 * @param check number of the check, from 1
 */
export function pauseBeforeCheckMs(check: number, durationMs: number | undefined): number {
  if (check > 1) return Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (check - 2));
  return Math.min(DAY_MS, durationMs === undefined ? UNKNOWN_JOB_MS : MIN_JOB_MS + durationMs);
}

/** Schedules a message to the completion queue for the next check of a job. Keeps a check that is already scheduled. */
export type SetJobDeadline = (deadline: JobDeadline, durationMs: number | undefined) => Promise<void>;

/** Removes the deadline of a revision that has ended, so that it does not resume a paused catalog. */
export type RemoveJobDeadline = (
  revision: Pick<Revision, 'attemptId' | 'submittedAt' | 'source'>,
) => Promise<void>;

/**
 * Returns a function that sets deadlines as one-time schedules. Their name consists of the attempt and the number of the
 * check, so that setting the same deadline twice keeps the first.
 */
export function jobDeadlineSetter(scheduler: SchedulerClient, env: DeadlineEnv): SetJobDeadline {
  return (deadline, durationMs) =>
    sendOnce(scheduler, {
      group: env.DEADLINE_GROUP,
      name: scheduleName(deadline.attemptId, deadline.look),
      at: new Date(Date.now() + pauseBeforeCheckMs(deadline.look, durationMs)),
      targetArn: env.DEADLINE_QUEUE_ARN,
      roleArn: env.DEADLINE_ROLE_ARN,
      message: deadline,
    });
}

/**
 * Returns a function that removes the next deadline of a revision. Each deadline is set when the previous one expires,
 * so the time since the submission determines which one is next, or the one before it if checks were late. A deadline that
 * remains does nothing: its check finds a revision that has ended.
 */
export function jobDeadlineRemover(scheduler: SchedulerClient, env: DeadlineEnv): RemoveJobDeadline {
  return async ({ attemptId, submittedAt, source }) => {
    if (attemptId === null || submittedAt === null) return;
    const next = checkAfter(Date.now() - submittedAt.getTime(), source?.durationMs);
    for (const check of next === 1 ? [1] : [next - 1, next]) {
      try {
        await scheduler.send(
          new DeleteScheduleCommand({ GroupName: env.DEADLINE_GROUP, Name: scheduleName(attemptId, check) }),
        );
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    }
  };
}

/**
 * Returns whether a check of a job is scheduled. Which one is next follows from the time since the submission, but checks may
 * be late.
 */
export async function hasJobDeadline(
  scheduler: SchedulerClient,
  group: string,
  { attemptId, elapsedMs, durationMs }: { readonly attemptId: string; readonly elapsedMs: number; readonly durationMs?: number | undefined },
): Promise<boolean> {
  const next = checkAfter(elapsedMs, durationMs);
  for (let check = next + 1; check > 0; check -= 1) {
    try {
      await scheduler.send(new GetScheduleCommand({ GroupName: group, Name: scheduleName(attemptId, check) }));
      return true;
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
  }
  return false;
}

/** Returns the number of the first check that is due later than a time after the submission. */
export function checkAfter(elapsedMs: number, durationMs: number | undefined): number {
  let check = 1;
  for (let dueMs = pauseBeforeCheckMs(1, durationMs); dueMs <= elapsedMs; dueMs += pauseBeforeCheckMs(check, durationMs)) {
    check += 1;
  }
  return check;
}

function scheduleName(attemptId: string, check: number): string {
  return `${attemptId}-${check}`;
}
