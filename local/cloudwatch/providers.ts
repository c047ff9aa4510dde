import * as z from 'zod';
import { ACCOUNT_ID } from '../cloud/account.ts';
import type { ResourceProvider } from '../cloud/resource.ts';
import { alarmSchema } from './alarm-definition.ts';
import type { Alarms } from './alarms.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-dashboard.html */
const dashboardSchema = z.object({
  DashboardName: z.string().optional(),
  DashboardBody: z.string().refine(isDashboard, 'must be JSON with a list of widgets'),
});

/** Makes the providers of alarms, and of dashboards, which are checked and recorded. */
export function cloudWatchProviders(alarms: Alarms): readonly ResourceProvider[] {
  return [
    {
      type: 'AWS::CloudWatch::Alarm',
      supportedProperties: Object.keys(alarmSchema.shape),
      provision: async ({ properties, physicalName }) => {
        const given = alarmSchema.parse(properties);
        const { name, arn } = alarms.define(given.AlarmName ?? physicalName, given);
        return { ref: name, attributes: { Arn: arn } };
      },
      delete: async ({ properties, physicalName }) => alarms.remove(alarmSchema.parse(properties).AlarmName ?? physicalName),
    },
    {
      type: 'AWS::CloudWatch::Dashboard',
      supportedProperties: Object.keys(dashboardSchema.shape),
      provision: async ({ properties, physicalName }) => {
        const name = dashboardSchema.parse(properties).DashboardName ?? physicalName;
        return { ref: name, attributes: { DashboardArn: `arn:aws:cloudwatch::${ACCOUNT_ID}:dashboard/${name}` } };
      },
    },
  ];
}

function isDashboard(text: string): boolean {
  try {
    return z.object({ widgets: z.array(z.object({ type: z.string() })) }).safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
