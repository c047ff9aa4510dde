import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import { sendOnce } from '../runtime/send-once.ts';
import type { AttemptEnv } from '../contracts/environment.ts';
import type { NextAttempt } from '../contracts/upload-message.ts';

/** Schedules the message that starts the next attempt. Keeps a schedule that already follows the same failure. */
export type ScheduleAttempt = (attempt: NextAttempt) => Promise<void>;

export function attemptScheduler(scheduler: SchedulerClient, env: AttemptEnv): ScheduleAttempt {
  return (attempt) =>
    sendOnce(scheduler, {
      group: env.DEADLINE_GROUP,
      name: `${attempt.failure.attemptId}-next`,
      at: new Date(attempt.failure.nextAt),
      targetArn: env.UPLOADS_QUEUE_ARN,
      roleArn: env.DEADLINE_ROLE_ARN,
      message: attempt,
    });
}
