/** Namespace of the app's own metrics. */
export const METRIC_NAMESPACE = 'Sluice';

/** Dimension of every metric, whose value is the id of the deployment. */
export const METRIC_DIMENSION = 'service';

interface AppMetric {
  /** Unit as CloudWatch names it; `None` for amounts of money. */
  readonly unit: 'Count' | 'Seconds' | 'None';
  /** Names of properties that a value carries in the log, where CloudWatch Logs Insights finds them. */
  readonly properties: readonly string[];
}

/**
 * The app's own metrics, each of which is billed monthly for every value of its dimension: what no AWS service measures. End
 * codes are properties and not dimensions, since each code would be a metric of its own.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const APP_METRICS = {
  /** Revisions that became ready. */
  VideosReady: { unit: 'Count', properties: [] },
  /** Revisions that failed through no fault of the file. */
  VideosFailed: { unit: 'Count', properties: ['code', 'revisionId'] },
  /** Revisions whose file cannot become a video. */
  VideosRejected: { unit: 'Count', properties: ['code', 'revisionId'] },
  /** Time from the registration of an upload until its revision is ready. */
  TimeToReady: { unit: 'Seconds', properties: ['revisionId'] },
  /** List price of all encodes that were claimed on the current day in UTC, in US dollars, at each claim. */
  SpentToday: { unit: 'None', properties: [] },
  /** Age of a revision that has not ended, from each check of its job. Without unfinished revisions there are no values. */
  UnfinishedAge: { unit: 'Seconds', properties: ['revisionId'] },
  /** Failed deliveries of messages whose first delivery was longer ago than work of their queue may take. */
  MessagesFailing: { unit: 'Count', properties: ['queue', 'messageId'] },
} as const satisfies Readonly<Record<string, AppMetric>>;

export type AppMetricName = keyof typeof APP_METRICS;
