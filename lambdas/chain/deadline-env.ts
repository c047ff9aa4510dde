import { z } from 'zod';

/** Where one-time schedules for jobs are kept and what they reach; `deadlines.grantSet(fn)` sets it. */
export const deadlineEnvSchema = z.object({
  /** Name of the schedule group. */
  DEADLINE_GROUP: z.string().min(1),
  /** ARN of the completion queue, which is told when a deadline has come. */
  DEADLINE_QUEUE_ARN: z.string().min(1),
  /** ARN of the role by which EventBridge Scheduler sends to that queue. */
  DEADLINE_ROLE_ARN: z.string().min(1),
  /** What every job is given, however short its source. */
  JOB_DEADLINE_MINUTES: z.coerce.number().positive(),
});
export type DeadlineEnv = z.infer<typeof deadlineEnvSchema>;
