import { z } from 'zod';
import { regionalArn } from '../cloud/account.ts';
import type { ResourceProvider } from '../cloud/resource.ts';

const groupSchema = z.object({ Name: z.string().optional() });

/** Makes the provider of schedule groups, which are only names; functions create the schedules. */
export function schedulerProviders(): readonly ResourceProvider[] {
  return [
    {
      type: 'AWS::Scheduler::ScheduleGroup',
      supportedProperties: Object.keys(groupSchema.shape),
      provision: async ({ properties, physicalName }) => {
        const name = groupSchema.parse(properties).Name ?? physicalName;
        return { ref: name, attributes: { Arn: regionalArn('scheduler', `schedule-group/${name}`), State: 'ACTIVE' } };
      },
    },
  ];
}
