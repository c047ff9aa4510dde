import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { MAX_ATTEMPTS } from './attempts.ts';

/** Returns a client of EventBridge Scheduler. */
export function schedulerClient(): SchedulerClient {
  return new SchedulerClient({ maxAttempts: MAX_ATTEMPTS });
}
