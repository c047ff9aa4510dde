import * as z from 'zod';
import { ApiError } from '../aws-api/api-error.ts';
import type { ApiService } from '../aws-api/api-service.ts';
import { type AccessTable, jsonOperation, jsonService } from '../aws-api/json-operations.ts';
import { regionalArn } from '../cloud/account.ts';
import type { Alarm } from './alarm.ts';
import type { Alarms } from './alarms.ts';

const stateSchema = z.enum(['ALARM', 'INSUFFICIENT_DATA', 'OK']);

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html */
const CLOUDWATCH_ACCESS: AccessTable<'DescribeAlarms' | 'SetAlarmState'> = {
  DescribeAlarms: () => [{ action: 'cloudwatch:DescribeAlarms', resource: regionalArn('cloudwatch', 'alarm:*') }],
  SetAlarmState: (input) => [
    { action: 'cloudwatch:SetAlarmState', resource: regionalArn('cloudwatch', `alarm:${input.text('AlarmName')}`) },
  ],
};

/**
 * Makes the CloudWatch API in its JSON protocol, which current releases of the AWS CLI use; alarms are defined by the template.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export function cloudWatchApi(alarms: Alarms): ApiService {
  return jsonService('monitoring', 'GraniteServiceVersion20100801', CLOUDWATCH_ACCESS, {
    DescribeAlarms: jsonOperation(
      z.object({
        AlarmNames: z.array(z.string()).optional(),
        AlarmNamePrefix: z.string().default(''),
        StateValue: stateSchema.optional(),
      }),
      ({ AlarmNames: names, AlarmNamePrefix: prefix, StateValue: state }) => ({
        MetricAlarms: alarms
          .list()
          .filter(({ name }) => names?.includes(name) ?? name.startsWith(prefix))
          .filter((alarm) => state === undefined || alarm.state === state)
          .map(describeAlarm),
        CompositeAlarms: [],
      }),
    ),
    SetAlarmState: jsonOperation(
      z.object({ AlarmName: z.string(), StateValue: stateSchema, StateReason: z.string().max(1023) }),
      async ({ AlarmName: name, StateValue: state, StateReason: reason }) => {
        if (!(await alarms.setState(name, state, reason)))
          throw new ApiError('ResourceNotFound', 404, `Alarm ${name} does not exist.`);
        return {};
      },
    ),
  });
}

function describeAlarm(alarm: Alarm): Record<string, unknown> {
  return {
    ...alarm.properties,
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmConfigurationUpdatedTimestamp: alarm.configuredMs / 1000,
    StateValue: alarm.state,
    StateReason: alarm.failedAction === undefined ? alarm.reason : `${alarm.reason} Not published: ${alarm.failedAction}`,
    StateUpdatedTimestamp: alarm.changedMs / 1000,
  };
}
