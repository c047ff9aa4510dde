import { Metrics } from '@aws-lambda-powertools/metrics';
import { APP_METRICS, type AppMetricName, METRIC_NAMESPACE } from '../contracts/metrics.ts';

/** Publishes a value of a metric, with properties that only the log shows. */
export type PublishMetric = (
  name: AppMetricName,
  value: number,
  properties?: Readonly<Record<string, string>>,
) => void;

/**
 * Returns a function that publishes metrics by writing them to the log, from which CloudWatch extracts them. That needs no
 * permission and no request.
 *
 * @param deployment value of the dimension of every metric
 */
export function metricPublisher(deployment: string): PublishMetric {
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: deployment });
  return (name, value, properties = {}) => {
    // Each value is a line of its own, since its properties belong to it alone.
    const single = metrics.singleMetric();
    for (const [key, text] of Object.entries(properties)) single.addMetadata(key, text);
    single.addMetric(name, APP_METRICS[name].unit, value);
  };
}
