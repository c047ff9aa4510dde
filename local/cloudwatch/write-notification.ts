import { ACCOUNT_ID } from '../cloud/account.ts';
import type { Alarm, AlarmTransition } from './alarm.ts';

/** Name of the region in notifications. */
const REGION_NAME = 'US East (N. Virginia)';

/** Returns the subject of a notification, `ALARM: "name" in US East (N. Virginia)`, cut to SNS's limit. */
export function writeSubject({ name }: Alarm, { to }: AlarmTransition): string {
  return `${to}: "${name}" in ${REGION_NAME}`.slice(0, 100);
}

/**
 * Returns the message that CloudWatch publishes when an alarm changes its state.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export function writeNotification(alarm: Alarm, { from, to, reason, timeMs }: AlarmTransition): string {
  const { properties } = alarm;
  return JSON.stringify({
    AlarmName: alarm.name,
    AlarmDescription: properties.AlarmDescription ?? null,
    AWSAccountId: ACCOUNT_ID,
    AlarmConfigurationUpdatedTimestamp: formatTime(alarm.configuredMs),
    NewStateValue: to,
    NewStateReason: reason,
    StateChangeTime: formatTime(timeMs),
    Region: REGION_NAME,
    AlarmArn: alarm.arn,
    OldStateValue: from,
    OKActions: properties.OKActions,
    AlarmActions: properties.AlarmActions,
    InsufficientDataActions: properties.InsufficientDataActions,
    Trigger: describeTrigger(alarm),
  });
}

function describeTrigger({ properties, series }: Alarm): Record<string, unknown> {
  const common = {
    Period: series.periodSeconds,
    EvaluationPeriods: properties.EvaluationPeriods,
    ...(properties.DatapointsToAlarm !== undefined && { DatapointsToAlarm: properties.DatapointsToAlarm }),
    ComparisonOperator: properties.ComparisonOperator,
    Threshold: properties.Threshold,
    TreatMissingData: properties.TreatMissingData,
    EvaluateLowSampleCountPercentile: '',
  };
  if (properties.Metrics !== undefined) return { ...common, Metrics: properties.Metrics };
  const { MetricName, Namespace, Statistic, Unit = null, Dimensions } = properties;
  return {
    MetricName,
    Namespace,
    StatisticType: 'Statistic',
    Statistic: Statistic?.toUpperCase(),
    Unit,
    Dimensions: Dimensions.map(({ Name: name, Value: value }) => ({ value, name })),
    ...common,
  };
}

/** Writes a time as CloudWatch does, `2026-11-30T22:05:00.000+0000`. */
function formatTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('Z', '+0000');
}
