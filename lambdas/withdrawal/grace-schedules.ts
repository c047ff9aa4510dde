import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { ServedRevision } from '../../catalog/revisions/find-served-revisions.ts';
import type { WithdrawalEnv } from '../contracts/environment.ts';
import type { GraceEnded } from '../contracts/withdrawal-message.ts';
import { sendOnce } from '../runtime/send-once.ts';

const MINUTE_MS = 60_000;

/** Schedules the message that retires a superseded revision. Keeps a schedule that is already set for the same minute. */
export type ScheduleGraceEnd = (revision: Pick<ServedRevision, 'id'>, at: Date, message: GraceEnded) => Promise<void>;

type GraceEnv = Pick<WithdrawalEnv, 'GRACE_GROUP' | 'GRACE_QUEUE_ARN' | 'GRACE_ROLE_ARN'>;

/**
 * Returns a function that schedules the end of a grace, at a full minute that is at least one from now. The minute is part
 * of the name: a schedule that has just fired, too early by the database's clock, may still exist under its own name.
 */
export function graceScheduler(scheduler: SchedulerClient, env: GraceEnv, now: () => number = Date.now): ScheduleGraceEnd {
  return async (revision, at, message) => {
    const minute = Math.ceil(Math.max(at.getTime(), now() + MINUTE_MS) / MINUTE_MS);
    await sendOnce(scheduler, {
      group: env.GRACE_GROUP,
      name: `${revision.id}-${minute}`,
      at: new Date(minute * MINUTE_MS),
      targetArn: env.GRACE_QUEUE_ARN,
      roleArn: env.GRACE_ROLE_ARN,
      message,
    });
  };
}
