import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { DatabaseCluster } from 'aws-cdk-lib/aws-rds';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { type AppMetricName, METRIC_DIMENSION, METRIC_NAMESPACE } from '../../lambdas/contracts/metrics.ts';

type Statistic = 'Average' | 'Maximum' | 'Sum';

/** Returns one of the app's own metrics. @param deployment value of its dimension */
export function appMetric(deployment: string, metricName: AppMetricName, statistic: Statistic, period: Duration): Metric {
  const dimensionsMap = { [METRIC_DIMENSION]: deployment };
  return new Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap, statistic, period });
}

/**
 * Returns a metric of a queue.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function queueMetric(
  { queueName }: IQueue,
  metricName: 'ApproximateAgeOfOldestMessage' | 'ApproximateNumberOfMessagesNotVisible' | 'ApproximateNumberOfMessagesVisible',
  period: Duration,
): Metric {
  return new Metric({ namespace: 'AWS/SQS', metricName, dimensionsMap: { QueueName: queueName }, statistic: 'Maximum', period });
}

/**
 * Returns a metric of a function, or of all functions of the account and region.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
 */
export function functionMetric(
  functionName: string | undefined,
  metricName: 'Errors' | 'Invocations' | 'Throttles',
  period: Duration,
): Metric {
  const dimensions = functionName !== undefined && { dimensionsMap: { FunctionName: functionName } };
  return new Metric({ namespace: 'AWS/Lambda', metricName, ...dimensions, statistic: 'Sum', period });
}

/**
 * Returns the share of the database's maximum capacity that is in use, in percent.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
 */
export function databaseUse({ clusterIdentifier }: DatabaseCluster, period: Duration): Metric {
  const dimensionsMap = { DBClusterIdentifier: clusterIdentifier };
  return new Metric({ namespace: 'AWS/RDS', metricName: 'ACUUtilization', dimensionsMap, statistic: 'Average', period });
}

/**
 * Returns events that a rule could not deliver.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
export function failedInvocations(ruleName: string, period: Duration): Metric {
  const dimensionsMap = { RuleName: ruleName };
  return new Metric({ namespace: 'AWS/Events', metricName: 'FailedInvocations', dimensionsMap, statistic: 'Sum', period });
}

/**
 * Returns the sum or the maximum of metrics at each time; those without a value at the time do not count.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function combine(how: 'MAX' | 'SUM', metrics: readonly Metric[], period: Duration): IMetric {
  const [only, ...others] = metrics;
  if (only !== undefined && others.length === 0) return only;
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  return new MathExpression({ expression: `${how}([${Object.keys(usingMetrics).join(', ')}])`, usingMetrics, period });
}
