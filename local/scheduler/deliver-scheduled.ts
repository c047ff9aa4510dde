import * as z from 'zod';
import { regionalArn } from '../cloud/account.ts';
import { deliver, DeliveryRejectedError, makeTextAttributes } from '../cloud/deliver.ts';
import type { Directory } from '../cloud/directory.ts';

export const targetSchema = z.object({
  Arn: z.string(),
  RoleArn: z.string(),
  Input: z.string().optional(),
  DeadLetterConfig: z.object({ Arn: z.string() }).optional(),
  RetryPolicy: z.object({}).optional(),
});

interface Scheduled {
  readonly Name: string;
  readonly GroupName: string;
  readonly Target: Readonly<z.infer<typeof targetSchema>>;
}

/** Returns the ARN of a schedule. @param id group and name, with a slash between them */
export function scheduleArn(id: string): string {
  return regionalArn('scheduler', `schedule/${id}`);
}

/** Delivers the input of a schedule to its target, or to its dead-letter queue if the target can never accept it. */
export async function deliverScheduled(
  directory: Directory,
  { Target: target, GroupName: group, Name: name }: Scheduled,
): Promise<void> {
  const delivery = { body: target.Input ?? '{}', sourceArn: scheduleArn(`${group}/${name}`) };
  // The source is the schedule's group. https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
  const trustedSourceArn = regionalArn('scheduler', `schedule-group/${group}`);
  const sender = {
    service: 'scheduler.amazonaws.com',
    role: { arn: target.RoleArn, sessionName: name, trustedSourceArn },
  };
  try {
    await deliver(directory, target.Arn, delivery, sender);
  } catch (error) {
    if (!(error instanceof DeliveryRejectedError)) throw error;
    if (target.DeadLetterConfig === undefined) return;
    const attributes = makeTextAttributes({
      ERROR_CODE: error.code,
      ERROR_MESSAGE: error.message,
      TARGET_ARN: target.Arn,
    });
    await deliver(directory, target.DeadLetterConfig.Arn, { ...delivery, attributes }, sender);
  }
}
