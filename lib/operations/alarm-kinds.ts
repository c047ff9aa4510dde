import { Duration } from 'aws-cdk-lib';
import type { IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { DatabaseCluster } from 'aws-cdk-lib/aws-rds';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Config } from '../config/config.ts';
import { appMetric, combine, databaseUse, failedInvocations, functionMetric, queueMetric } from './metrics.ts';
import type { WatchedResources } from './watched-resources.ts';

/** Definition of an alarm, apart from its actions. */
export interface AlarmKind {
  /** Construct id, the start of the alarm's name. */
  readonly id: string;
  /** Heading of its section in the runbook, in the form of a link. */
  readonly section: string;
  /** Says in one sentence what has happened. */
  readonly meaning: string;
  readonly metric: IMetric;
  /** Values from this one on are out of range. */
  readonly threshold: number;
  /** Periods that are evaluated. */
  readonly periods: number;
  /** Periods out of range that raise the alarm. */
  readonly needed: number;
}

export interface AlarmedDeployment extends WatchedResources {
  /** Value of the dimension of the app's own metrics. */
  readonly deployment: string;
  readonly cluster: DatabaseCluster;
  readonly settings: Config['operations'];
  /** Maximum price of the encodes of one day, in US dollars; 0 stops encoding. */
  readonly maxUsdPerDay: number;
}

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);

/**
 * Hours for which the age of an unfinished video counts: one more than the longest pause between two checks of its job, so that
 * the alarm stays until it ends, and then ends too.
 */
const UNFINISHED_HOURS = 5;

/** Share of the database's capacity above which it has no room to grow, in percent. */
const FULL_DATABASE = 90;

/** Share of the maximum price of a day that raises the alarm. */
const SPENDING_SHARE = 0.8;

/** Rejected files in an hour above which the fault may be Sluice's. */
const MANY_REJECTIONS = 20;

/** Metrics that the function of an alarm may have. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html */
const MAX_COMBINED = 10;

/**
 * Lists the alarms of a deployment. An alarm is billed monthly for every metric that it reads. `few` has one of each kind,
 * and the runbook says how to find the resource; `all` has one for each resource, and one more kind.
 */
export function listAlarms(of: AlarmedDeployment): readonly AlarmKind[] {
  const isOneEach = of.settings.alarms === 'all';
  return [
    ...listVideoAlarms(of),
    ...listQueueAlarms(of, isOneEach),
    {
      id: 'MessagesFailing',
      section: 'a-message-keeps-failing',
      meaning: 'A message has been failing for longer than its queue allows.',
      metric: appMetric(of.deployment, 'MessagesFailing', 'Sum', FIVE_MINUTES),
      threshold: 1,
      // Two, since a failed message returns after up to six minutes.
      periods: 2,
      needed: 1,
    },
    ...listDeadLetterAlarms(of, isOneEach),
    ...listThrottleAlarms(of, isOneEach),
    ...listEventAlarms(of, isOneEach),
    {
      id: 'DatabaseCapacity',
      section: 'the-database-is-at-its-capacity',
      meaning: `The database has used ${FULL_DATABASE}% of catalog.maxCapacity for 15 minutes.`,
      metric: databaseUse(of.cluster, FIVE_MINUTES),
      threshold: FULL_DATABASE,
      periods: 3,
      needed: 3,
    },
    ...listSpendingAlarms(of),
    ...listErrorAlarms(of, isOneEach),
  ];
}

function listVideoAlarms({ deployment, settings }: AlarmedDeployment): readonly AlarmKind[] {
  const rejections: AlarmKind = {
    id: 'Rejections',
    section: 'many-files-are-rejected',
    meaning: `${MANY_REJECTIONS} files or more were rejected within an hour.`,
    metric: appMetric(deployment, 'VideosRejected', 'Sum', HOUR),
    threshold: MANY_REJECTIONS,
    periods: 1,
    needed: 1,
  };
  return [
    {
      id: 'Failures',
      section: 'a-video-has-failed',
      meaning: 'A video has failed through no fault of its file.',
      metric: appMetric(deployment, 'VideosFailed', 'Sum', FIVE_MINUTES),
      threshold: 1,
      periods: 1,
      needed: 1,
    },
    {
      id: 'UnfinishedVideo',
      section: 'a-video-is-not-finished',
      meaning: `A video has been unfinished for ${settings.unfinishedMinutes} minutes or more.`,
      metric: appMetric(deployment, 'UnfinishedAge', 'Maximum', HOUR),
      threshold: settings.unfinishedMinutes * 60,
      periods: UNFINISHED_HOURS,
      needed: 1,
    },
    ...(settings.alarms === 'all' ? [rejections] : []),
  ];
}

function listSpendingAlarms({ deployment, maxUsdPerDay }: AlarmedDeployment): readonly AlarmKind[] {
  if (maxUsdPerDay === 0) return [];
  return [
    {
      id: 'Spending',
      section: 'spending-approaches-its-limit',
      meaning: `The encodes of this day (UTC) cost ${SPENDING_SHARE * 100}% of encode.maxPriceUsdPerDay or more.`,
      metric: appMetric(deployment, 'SpentToday', 'Maximum', FIVE_MINUTES),
      threshold: SPENDING_SHARE * maxUsdPerDay,
      periods: 1,
      needed: 1,
    },
  ];
}

/** Queues of one alarm have the same limit. */
function listQueueAlarms({ queues }: AlarmedDeployment, isOneEach: boolean): readonly AlarmKind[] {
  const limits = [...new Set(queues.map(({ resource }) => resource.maxAge.toSeconds()))].toSorted((a, b) => a - b);
  return limits.flatMap((seconds) => {
    const limited = queues.filter(({ resource }) => resource.maxAge.toSeconds() === seconds);
    const groups = group(limited.map(({ label, resource: { queue } }) => ({ label, metrics: [ageOf(queue)] })), isOneEach);
    return groups.map(({ label, metrics }) => ({
      id: `QueueAge-${label ?? `${seconds}s`}`,
      section: 'messages-wait-in-a-queue',
      meaning: `A message has been in ${label ?? 'a queue'} for ${seconds} seconds or more.`,
      metric: combine('MAX', metrics, MINUTE),
      threshold: seconds,
      periods: 1,
      needed: 1,
    }));
  });
}

function ageOf(queue: IQueue): Metric {
  return queueMetric(queue, 'ApproximateAgeOfOldestMessage', MINUTE);
}

/**
 * Dead letters that nobody could handle: a function receives them at once, and again every six minutes, so that they are in
 * flight most of the time. `NumberOfMessagesSent` does not count what a redrive policy moves, and the age of the oldest message
 * leaves out those that were received more than three times.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
function listDeadLetterAlarms({ deadLetters }: AlarmedDeployment, isOneEach: boolean): readonly AlarmKind[] {
  const counted = deadLetters.map(({ label, resource }) => ({
    label,
    metrics: [
      queueMetric(resource, 'ApproximateNumberOfMessagesVisible', MINUTE),
      queueMetric(resource, 'ApproximateNumberOfMessagesNotVisible', MINUTE),
    ],
  }));
  return group(counted, isOneEach).map(({ label, metrics }) => ({
    id: label === undefined ? 'DeadLetters' : `DeadLetters-${label}`,
    section: 'a-dead-letter-remains',
    meaning: `A dead letter has been in ${label ?? 'a queue'} for two minutes.`,
    metric: combine('SUM', metrics, MINUTE),
    threshold: 1,
    periods: 2,
    needed: 2,
  }));
}

/**
 * Functions share the concurrency of the account, so that one metric of all its functions says as much as one of each; with
 * one for each, the alarm's name says which function.
 */
function listThrottleAlarms({ functions }: AlarmedDeployment, isOneEach: boolean): readonly AlarmKind[] {
  const throttled = isOneEach ? functions : [undefined];
  return throttled.map((fn) => ({
    id: fn === undefined ? 'Throttles' : `Throttles-${fn.label}`,
    section: 'functions-are-throttled',
    meaning: `Lambda has throttled ${fn?.label ?? 'functions'} for ten minutes.`,
    metric: functionMetric(fn?.resource.functionName, 'Throttles', FIVE_MINUTES),
    threshold: 1,
    periods: 3,
    needed: 2,
  }));
}

/**
 * A function that handles messages reports failed ones itself, unless it cannot start or runs out of time: its errors show
 * that. One metric of all functions of the account costs as little as that of one function.
 */
function listErrorAlarms({ functions }: AlarmedDeployment, isOneEach: boolean): readonly AlarmKind[] {
  const failing = isOneEach ? functions : [undefined];
  return failing.map((fn) => ({
    id: fn === undefined ? 'Errors' : `Errors-${fn.label}`,
    section: 'a-function-fails',
    meaning: `Invocations of ${fn?.label ?? 'functions'} have failed.`,
    metric: functionMetric(fn?.resource.functionName, 'Errors', FIVE_MINUTES),
    threshold: 1,
    periods: 3,
    needed: 2,
  }));
}

function listEventAlarms({ rules }: AlarmedDeployment, isOneEach: boolean): readonly AlarmKind[] {
  const counted = rules.map(({ label, resource }) => ({ label, metrics: [failedInvocations(resource.ruleName, FIVE_MINUTES)] }));
  return group(counted, isOneEach).map(({ label, metrics }) => ({
    id: label === undefined ? 'FailedInvocations' : `FailedInvocations-${label}`,
    section: 'eventbridge-cannot-deliver-an-event',
    meaning: `EventBridge could not deliver an event of ${label ?? 'a rule'}.`,
    metric: combine('SUM', metrics, FIVE_MINUTES),
    threshold: 1,
    periods: 1,
    needed: 1,
  }));
}

interface MetricGroup {
  /** Resource; undefined for several. */
  readonly label?: string;
  readonly metrics: readonly Metric[];
}

/** Keeps one group for each resource, or joins as many as an alarm can read. */
function group(each: readonly Required<MetricGroup>[], isOneEach: boolean): readonly MetricGroup[] {
  if (isOneEach || each.length === 1) return each;
  const metrics = each.flatMap((one) => one.metrics);
  if (metrics.length > MAX_COMBINED) throw new Error(`An alarm can read ${MAX_COMBINED} metrics, not ${metrics.length}.`);
  return [{ metrics }];
}
