import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { alarmSchema } from '../../../local/cloudwatch/alarm-definition.ts';
import { Alarms } from '../../../local/cloudwatch/alarms.ts';
import { MetricStore } from '../../../local/cloudwatch/metric-store.ts';
import { iamService } from '../../../local/iam/service.ts';
import { snsService } from '../../../local/sns/service.ts';
import { sqsService } from '../../../local/sqs/service.ts';
import { serveServices, type ServedServices } from '../../support/local/serve-services.ts';

const MINUTE_MS = 60_000;
const METRIC = { namespace: 'Sluice', name: 'VideosFailed', dimensions: { service: 'Sluice' } };

let served: ServedServices;
let sqsClient: SQSClient;
let topicArn: string;
let queueUrl: string;
let nowMs: number;
let metrics: MetricStore;
let alarms: Alarms;
let failed: string[];

beforeAll(async () => {
  served = await serveServices([iamService, snsService, sqsService], { enforcesIam: true });
  sqsClient = new SQSClient(served.client);
  topicArn = (await served.provision('AWS::SNS::Topic', 'Topic')).ref;
  const queue = await served.provision('AWS::SQS::Queue', 'Queue');
  queueUrl = queue.ref;
  const queueArn = String(queue.attributes?.['Arn']);
  await served.provision('AWS::SQS::QueuePolicy', 'QueuePolicy', {
    Queues: [queueUrl],
    PolicyDocument: allow('sns.amazonaws.com', 'sqs:SendMessage', queueArn),
  });
  await served.provision('AWS::SNS::Subscription', 'Subscription', { TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn });
});

beforeEach(async () => {
  await served.provision('AWS::SNS::TopicPolicy', 'TopicPolicy', {
    Topics: [topicArn],
    PolicyDocument: allow('cloudwatch.amazonaws.com', 'sns:Publish', topicArn, '000000000000'),
  });
  nowMs = Date.parse('2026-11-30T22:00:00Z');
  metrics = new MetricStore();
  failed = [];
  const { directory } = served.context;
  await receive();
  alarms = new Alarms({ metrics, directory, now: () => nowMs, onFailedAction: (_alarm, error) => failed.push(String(error)) });
});

afterAll(async () => {
  sqsClient.destroy();
  await served.remove();
});

function allow(service: string, action: string, resource: string, account?: string) {
  const condition = account !== undefined && { Condition: { StringEquals: { 'aws:SourceAccount': account } } };
  const statement = { Effect: 'Allow', Principal: { Service: service }, Action: action, Resource: resource, ...condition };
  return { Version: '2012-10-17', Statement: [statement] };
}

function define(changes: Record<string, unknown> = {}): void {
  const properties = {
    AlarmDescription: 'A video failed.',
    Namespace: METRIC.namespace,
    MetricName: METRIC.name,
    Dimensions: [{ Name: 'service', Value: 'Sluice' }],
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: [topicArn],
    ...changes,
  };
  alarms.define('failures', alarmSchema.parse(properties));
}

/** Lets minutes pass, each of which ends with an evaluation. @returns the states after each */
async function pass(minutes: number): Promise<string[]> {
  const states: string[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    nowMs += MINUTE_MS;
    await alarms.evaluate();
    states.push(alarms.list()[0]?.state ?? 'none');
  }
  return states;
}

/** Receives what the topic sent to the queue. */
async function receive(): Promise<{ Subject: string; Message: string }[]> {
  const { Messages = [] } = await sqsClient.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 3600 }),
  );
  return Messages.map(({ Body = '' }) => JSON.parse(Body) as { Subject: string; Message: string });
}

test('goes from no data to OK, to ALARM with a value, and back once it is out of range', async () => {
  define();
  expect(alarms.list()[0]?.state).toBe('INSUFFICIENT_DATA');
  expect(await pass(1)).toEqual(['OK']);
  metrics.add(METRIC, 1, nowMs);
  expect(await pass(4)).toEqual(['ALARM', 'ALARM', 'ALARM', 'OK']);
});

test('publishes each transition once, with the message that AWS documents', async () => {
  define({ OKActions: [topicArn] });
  metrics.add(METRIC, 2, nowMs);
  await pass(2);
  const [alarm, ...others] = await receive();
  expect(others).toEqual([]);
  expect(alarm?.Subject).toBe('ALARM: "failures" in US East (N. Virginia)');
  expect(JSON.parse(alarm?.Message ?? '')).toEqual({
    AlarmName: 'failures',
    AlarmDescription: 'A video failed.',
    AWSAccountId: '000000000000',
    AlarmConfigurationUpdatedTimestamp: '2026-11-30T22:00:00.000+0000',
    NewStateValue: 'ALARM',
    NewStateReason: 'Threshold Crossed: 1 datapoint [2.0 (30/11/26 22:00:00)] was greater than or equal to the threshold (1.0).',
    StateChangeTime: '2026-11-30T22:01:00.000+0000',
    Region: 'US East (N. Virginia)',
    AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:failures',
    OldStateValue: 'INSUFFICIENT_DATA',
    OKActions: [topicArn],
    AlarmActions: [topicArn],
    InsufficientDataActions: [],
    Trigger: {
      MetricName: 'VideosFailed',
      Namespace: 'Sluice',
      StatisticType: 'Statistic',
      Statistic: 'SUM',
      Unit: null,
      Dimensions: [{ value: 'Sluice', name: 'service' }],
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
      EvaluateLowSampleCountPercentile: '',
    },
  });
});

test.each([
  ['without the statement for CloudWatch', () => ({ Version: '2012-10-17', Statement: [] })],
  ['for another account', () => allow('cloudwatch.amazonaws.com', 'sns:Publish', topicArn, '111111111111')],
  ['for another service', () => allow('events.amazonaws.com', 'sns:Publish', topicArn, '000000000000')],
])('refuses to publish to a topic whose policy is %s', async (_what, policy) => {
  await served.provision('AWS::SNS::TopicPolicy', 'TopicPolicy', { Topics: [topicArn], PolicyDocument: policy() });
  define();
  metrics.add(METRIC, 1, nowMs);
  expect(await pass(1)).toEqual(['ALARM']);
  expect(await receive()).toEqual([]);
  expect(failed).toEqual([expect.stringContaining('not authorized to perform: sns:Publish')]);
  expect(alarms.list()[0]?.failedAction).toContain('not authorized');
});

test('publishes nothing while its actions are disabled', async () => {
  define({ ActionsEnabled: false });
  metrics.add(METRIC, 1, nowMs);
  expect(await pass(1)).toEqual(['ALARM']);
  expect(await receive()).toEqual([]);
});

test.each([
  ['MAX', 9, 'OK'],
  ['MAX', 7, 'ALARM'],
  ['SUM', 9, 'ALARM'],
])('%s of two metrics is compared with a threshold of %i', async (combine, threshold, state) => {
  const query = (Id: string, queue: string) => ({
    Id,
    ReturnData: false,
    MetricStat: {
      Metric: { Namespace: 'AWS/SQS', MetricName: 'Age', Dimensions: [{ Name: 'QueueName', Value: queue }] },
      Period: 60,
      Stat: 'Maximum',
    },
  });
  define({
    Namespace: undefined,
    MetricName: undefined,
    Dimensions: undefined,
    Statistic: undefined,
    Period: undefined,
    Threshold: threshold,
    Metrics: [{ Id: 'e', Expression: `${combine}([m0, m1])` }, query('m0', 'a'), query('m1', 'b')],
  });
  for (const [queue, value] of [['a', 3], ['b', 7]] as const)
    metrics.add({ namespace: 'AWS/SQS', name: 'Age', dimensions: { QueueName: queue } }, value, nowMs);
  expect(await pass(1)).toEqual([state]);
});

test('keeps the state of an alarm whose properties change', async () => {
  define();
  metrics.add(METRIC, 1, nowMs);
  await pass(1);
  define({ AlarmDescription: 'Another text' });
  expect(alarms.list()).toMatchObject([{ state: 'ALARM', properties: { AlarmDescription: 'Another text' } }]);
});
