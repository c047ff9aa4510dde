import { metricPublisher } from '../../../lambdas/chain/publish-metric.ts';
import { alarmSchema } from '../../../local/cloudwatch/alarm-definition.ts';
import { Alarms } from '../../../local/cloudwatch/alarms.ts';
import { CloudWatch } from '../../../local/cloudwatch/cloudwatch.ts';
import { MetricStore } from '../../../local/cloudwatch/metric-store.ts';
import { ServiceMetrics } from '../../../local/cloudwatch/service-metrics.ts';
import { Directory } from '../../../local/cloud/directory.ts';
import { Listeners } from '../../../local/cloud/listeners.ts';
import { EventBus } from '../../../local/eventbridge/event-bus.ts';
import { BusyTime } from '../../../local/rds-data/busy-time.ts';
import { synthesizeTemplates } from '../../support/lib/synthesize.ts';

const MINUTE_MS = 60_000;
const TOPIC_ARN = 'arn:aws:sns:us-east-1:000000000000:alarms';
const DEPLOYMENT = 'SluicePipeline';

type Properties = Readonly<Record<string, unknown>>;

/** Alarms of the app by setting and logical id, with every reference to a resource replaced by its text. */
const ALARMS = (['few', 'all'] as const).flatMap((alarms) => {
  const { operations } = synthesizeTemplates({ operations: { alarms } });
  const found = Object.entries(operations.findResources('AWS::CloudWatch::Alarm')) as [string, { Properties: Properties }][];
  return found.map(([id, { Properties: given }]) => [`${alarms}: ${id.slice(0, -8)}`, resolve(given)] as const);
});

function resolve(given: Properties): Properties {
  const text = JSON.stringify(given, (key, value: unknown) => (key === 'Value' && typeof value !== 'string' ? JSON.stringify(value).replaceAll(':', ' ') : value));
  return { ...(JSON.parse(text) as Properties), AlarmActions: [TOPIC_ARN], OKActions: [TOPIC_ARN] };
}

/** Services whose state a test decides, and the alarms that watch them. */
class Watched {
  nowMs = Date.parse('2026-11-30T22:00:00Z');
  readonly published: { NewStateValue: string; AlarmDescription: string }[] = [];
  readonly queue = { visible: 0, inFlight: 0, delayed: 0 };
  oldestSentAt: number | undefined;
  /** Ends the running statement of the database. */
  endStatement: (() => void) | undefined;
  readonly throttles = new Listeners<string>();
  readonly logLines = new Listeners<string>();
  readonly ends = new Listeners<never>();
  readonly bus: EventBus;
  readonly busyTime = new BusyTime(() => this.nowMs);
  readonly alarms: Alarms;
  readonly cloudWatch: CloudWatch;

  constructor(names: Readonly<Record<string, string>>) {
    const directory = new Directory();
    directory.register(TOPIC_ARN, { receive: async ({ body }) => void this.published.push(JSON.parse(body)) });
    this.bus = new EventBus({ directory });
    const target = { id: 't', arn: 'arn:aws:sqs:us-east-1:000000000000:missing', input: { kind: 'event' } as never };
    this.bus.addRule({ name: names['RuleName'] ?? '', arn: 'arn', matches: () => true, targets: [target] });
    const store = new MetricStore();
    const queue = {
      settings: { name: names['QueueName'] },
      countMessages: () => this.queue,
      findOldestSentAt: () => this.oldestSentAt,
    };
    const services = {
      sqs: { list: () => [queue] as never },
      lambda: { throttles: this.throttles, logLines: this.logLines, onInvocationEnd: (listener: never) => this.ends.add(listener) },
      eventBus: this.bus,
      rdsData: { busyTime: this.busyTime, listClusters: () => [`cluster:${names['DBClusterIdentifier']}`] },
    };
    this.alarms = new Alarms({ metrics: store, directory, now: () => this.nowMs });
    this.cloudWatch = new CloudWatch(this.alarms, new ServiceMetrics(store, services, () => this.nowMs));
  }

  /** Lets minutes pass until the alarm has a state. @returns their number, or the maximum if it never does */
  async passUntil(state: string, max: number, eachMinute: () => Promise<void> | void = () => undefined): Promise<number> {
    for (let minute = 1; minute <= max; minute += 1) {
      await eachMinute();
      this.nowMs += MINUTE_MS;
      await this.cloudWatch.tick();
      if (this.alarms.list()[0]?.state === state) return minute;
    }
    return max;
  }

  /** Writes a metric as a function does. */
  publish(name: Parameters<ReturnType<typeof metricPublisher>>[0], value: number): void {
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
      this.logLines.notify(String(line).trim());
      return true;
    });
    // CloudWatch takes the time of a value from the line.
    jest.useFakeTimers({ now: this.nowMs, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'] });
    metricPublisher(DEPLOYMENT)(name, value, { code: 'encoder_error' });
    jest.useRealTimers();
    write.mockRestore();
  }
}

interface Cause {
  /** Happens each minute until the alarm is raised. */
  readonly each: (watched: Watched, threshold: number, names: Readonly<Record<string, string>>) => Promise<void> | void;
  /** Happens once afterwards. */
  readonly end?: (watched: Watched) => void;
}

/** Cause that raises the alarm on each metric. */
const CAUSES: Readonly<Record<string, Cause>> = {
  VideosFailed: { each: (watched) => watched.publish('VideosFailed', 1) },
  VideosRejected: { each: (watched) => watched.publish('VideosRejected', 10) },
  SpentToday: { each: (watched, threshold) => watched.publish('SpentToday', threshold) },
  MessagesFailing: { each: (watched) => watched.publish('MessagesFailing', 1) },
  UnfinishedAge: { each: (watched, threshold) => watched.publish('UnfinishedAge', threshold) },
  ApproximateAgeOfOldestMessage: {
    each: (watched) => {
      watched.oldestSentAt ??= watched.nowMs;
      watched.queue.inFlight = 1;
    },
    end: (watched) => {
      watched.oldestSentAt = undefined;
      watched.queue.inFlight = 0;
    },
  },
  ApproximateNumberOfMessagesVisible: {
    each: (watched) => void (watched.queue.inFlight = 1),
    end: (watched) => void (watched.queue.inFlight = 0),
  },
  Throttles: { each: (watched, _threshold, { FunctionName = 'any' }) => watched.throttles.notify(FunctionName) },
  Errors: {
    each: (watched, _threshold, { FunctionName: functionName }) =>
      watched.ends.notify({ functionName, durationMs: 1, error: { type: 'Error', message: '' } } as never),
  },
  FailedInvocations: {
    each: async (watched) => void (await watched.bus.put({ source: 'aws.s3', 'detail-type': 'Object Created', detail: {} })),
  },
  ACUUtilization: {
    each: (watched) => {
      if (watched.endStatement === undefined)
        void watched.busyTime.during(() => new Promise<void>((done) => void (watched.endStatement = done)));
    },
    end: (watched) => watched.endStatement?.(),
  },
};

function readAlarm(properties: Properties) {
  const { Metrics, MetricName, Dimensions, Threshold } = alarmSchema.parse(properties);
  const [first] = Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [];
  const { MetricName: metric = '', Dimensions: dimensions } = first ?? { MetricName, Dimensions };
  return { metric, threshold: Threshold, names: Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])) };
}

test.each(ALARMS)('%s is raised by its cause, reports that once, and ends after it', async (_id, properties) => {
  const { metric, threshold, names } = readAlarm(properties);
  const watched = new Watched(names);
  watched.alarms.define('alarm', alarmSchema.parse(properties));
  const cause = CAUSES[metric];
  expect(await watched.passUntil('OK', 2)).toBe(1);
  expect(await watched.passUntil('ALARM', 20, () => cause?.each(watched, threshold, names))).toBeLessThan(20);
  cause?.end?.(watched);
  expect(await watched.passUntil('OK', 24 * 60)).toBeLessThan(8 * 60);
  expect(watched.published).toMatchObject([
    { NewStateValue: 'OK' },
    { NewStateValue: 'ALARM', AlarmDescription: expect.stringContaining('docs/runbook.md#') as string },
    { NewStateValue: 'OK' },
  ]);
});

test('the alarm on unfinished videos stays until the last check, whatever the pauses, and ends seven hours after it', async () => {
  const [, properties] = ALARMS.find(([id]) => id === 'few: AlarmsUnfinishedVideo')!;
  const watched = new Watched({});
  watched.alarms.define('alarm', alarmSchema.parse(properties));
  for (const [hours, minutes] of [[4.25, 239], [8.25, 239], [12.25, 0]] as const) {
    watched.publish('UnfinishedAge', hours * 3600);
    expect(await watched.passUntil('ALARM', 1)).toBe(1);
    expect(await watched.passUntil('OK', minutes)).toBe(minutes);
  }
  expect((await watched.passUntil('OK', 24 * 60)) / 60).toBeLessThanOrEqual(7);
});

test('the alarm on messages that keep failing stays between two deliveries, which are six minutes apart', async () => {
  const [, properties] = ALARMS.find(([id]) => id === 'few: AlarmsMessagesFailing')!;
  const watched = new Watched({});
  watched.alarms.define('alarm', alarmSchema.parse(properties));
  for (let delivery = 0; delivery < 3; delivery += 1) {
    watched.publish('MessagesFailing', 1);
    expect(await watched.passUntil('ALARM', 1)).toBe(1);
    expect(await watched.passUntil('OK', 5)).toBe(5);
    expect(watched.alarms.list()[0]?.state).toBe('ALARM');
  }
  expect(await watched.passUntil('OK', 60)).toBeLessThanOrEqual(20);
});
