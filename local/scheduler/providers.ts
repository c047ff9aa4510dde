import * as z from 'zod';
import { regionalArn } from '../cloud/account.ts';
import type { ResourceProvider } from '../cloud/resource.ts';
import { makeMemoryProvider } from '../cloud/memory-provider.ts';
import { type DailySchedules, dailyScheduleSchema } from './daily-schedules.ts';
import { scheduleArn } from './deliver-scheduled.ts';
import type { Scheduler } from './scheduler.ts';

const groupSchema = z.object({ Name: z.string().optional() });

/** Makes the providers of schedule groups, whose schedules functions create, and of the template's own schedules. */
export function schedulerProviders(scheduler: Scheduler, daily: DailySchedules): readonly ResourceProvider[] {
  return [
    {
      type: 'AWS::Scheduler::ScheduleGroup',
      supportedProperties: Object.keys(groupSchema.shape),
      provision: async ({ properties, physicalName }) => {
        const name = groupSchema.parse(properties).Name ?? physicalName;
        return { ref: name, attributes: { Arn: regionalArn('scheduler', `schedule-group/${name}`), State: 'ACTIVE' } };
      },
      // https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-group-delete.html
      delete: ({ properties, physicalName }) => scheduler.deleteGroup(groupSchema.parse(properties).Name ?? physicalName),
    },
    // In memory: a time that passes while the laptop is off is no time at which the schedule would have run.
    makeMemoryProvider('AWS::Scheduler::Schedule', Object.keys(dailyScheduleSchema.shape), async ({ properties, physicalName }) => {
      const given = dailyScheduleSchema.parse(properties);
      const schedule = { ...given, Name: given.Name ?? physicalName };
      const attributes = { Arn: scheduleArn(`${schedule.GroupName}/${schedule.Name}`) };
      return { ref: schedule.Name, attributes, remove: daily.add(schedule) };
    }),
  ];
}
