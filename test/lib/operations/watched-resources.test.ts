import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findUnwatched, type Templates, watchedMetrics } from '../../support/lib/find-unwatched.ts';
import { synthesizeTemplates } from '../../support/lib/synthesize.ts';
import { APP_METRICS } from '../../../lambdas/contracts/metrics.ts';

const few = synthesizeTemplates({ operations: { alarmEmail: 'ops@example.com' } });
const all = synthesizeTemplates({ operations: { alarms: 'all', runbook: 'https://wiki.example/runbook' } });

type Deployment = typeof few;
interface Queue {
  readonly Properties?: { readonly VisibilityTimeout?: number };
}
interface AlarmProperties {
  readonly MetricName?: string;
  readonly Threshold: number;
  readonly AlarmDescription: string;
  readonly TreatMissingData: string;
  readonly AlarmActions: unknown;
  readonly OKActions: unknown;
  readonly Dimensions?: readonly { readonly Value: unknown }[];
}

function templatesOf({ data, pipeline, delivery, operations }: Deployment): Templates {
  const stacks = { SluiceData: data, SluicePipeline: pipeline, SluiceDelivery: delivery, SluiceOperations: operations };
  return Object.fromEntries(Object.entries(stacks).map(([name, template]) => [name, template.toJSON() as Templates[string]]));
}

function alarmsOf({ operations }: Deployment): readonly AlarmProperties[] {
  return Object.values(operations.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties as AlarmProperties);
}

/** Returns the templates with a change to the resources of a stack. */
function changed(stack: string, change: (resources: Record<string, unknown>) => void): Templates {
  const templates = structuredClone(templatesOf(few));
  change(templates[stack]!.Resources);
  return templates;
}

describe.each([['few', few], ['all', all]])('with %s alarms', (_setting, deployment) => {
  test('every queue and asynchronous function has dead letters, and whatever can fail an alarm', () => {
    expect(findUnwatched(templatesOf(deployment))).toEqual([]);
  });

  test('missing data never raises an alarm, and the end of one is reported like its start', () => {
    for (const { TreatMissingData, AlarmActions, OKActions } of alarmsOf(deployment)) {
      expect(TreatMissingData).toBe('notBreaching');
      expect(AlarmActions).toEqual([{ Ref: expect.stringMatching(/^AlarmsTopic/) }]);
      expect(OKActions).toEqual(AlarmActions);
    }
  });

  test('every alarm links to a section of the runbook', () => {
    const runbook = readFileSync(join(process.cwd(), 'docs/runbook.md'), 'utf8');
    const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(/\W+/g, '-'));
    const linked = alarmsOf(deployment).map(({ AlarmDescription }) => AlarmDescription.split('#')[1]);
    expect(sections).toEqual(expect.arrayContaining(linked));
  });
});

test.each([
  ['a queue without dead letters', 'SluicePipeline', { New: { Type: 'AWS::SQS::Queue', Properties: {} } }, 'SluicePipeline.New: no alarm on its age, no dead letters'],
  [
    'an asynchronous function without dead letters',
    'SluicePipeline',
    {
      New: { Type: 'AWS::Lambda::Function', Properties: {} },
      Allowed: { Type: 'AWS::Lambda::Permission', Properties: { Principal: 'sns.amazonaws.com', FunctionName: { 'Fn::GetAtt': ['New', 'Arn'] } } },
    },
    'SluicePipeline.New: no dead letters',
  ],
])('the rule finds %s', (_what, stack, resources, problem) => {
  expect(findUnwatched(changed(stack, (existing) => void Object.assign(existing, resources)))).toEqual([problem]);
});

test.each([
  ['ApproximateAgeOfOldestMessage', /: no alarm on its age$/],
  ['ApproximateNumberOfMessagesVisible', /: no alarm on its messages$/],
  ['"Errors"', /Function\w+: no alarm on its errors$/],
])('the rule finds resources whose alarm on %s is missing', (metric, problem) => {
  const templates = changed('SluiceOperations', (resources) => {
    for (const [id, resource] of Object.entries(resources)) if (JSON.stringify(resource).includes(metric)) delete resources[id];
  });
  const problems = findUnwatched(templates);
  expect(problems.length).toBeGreaterThan(0);
  for (const each of problems) expect(each).toMatch(problem);
});

test.each([['few', few, 12, 22], ['all', all, 46, 49]] as const)('%s alarms are as many, and read as many metrics, as documented', (_setting, deployment, alarms, metrics) => {
  expect(alarmsOf(deployment)).toHaveLength(alarms);
  expect(watchedMetrics(deployment.operations.toJSON() as Templates[string])).toHaveLength(metrics);
  expect(readFileSync(join(process.cwd(), 'docs/deploy.md'), 'utf8')).toContain(`(${alarms}, which read ${metrics}`);
});

test('a message that fails is old enough for its alarm before the third delivery, after which its age no longer counts', () => {
  const DELAY_SECONDS = 900;
  const queues = Object.values(templatesOf(all)).flatMap(({ Resources }) => Object.entries(Resources as Record<string, Queue>));
  const found = alarmsOf(all)
    .filter(({ MetricName }) => MetricName === 'ApproximateAgeOfOldestMessage')
    .map(({ Threshold, Dimensions }) => {
      const [, id] = /ExportsOutputFnGetAtt(\w+)QueueName/.exec(JSON.stringify(Dimensions)) ?? [];
      const visibility = queues.find(([logicalId]) => logicalId === id)?.[1].Properties?.VisibilityTimeout;
      return { id, isEarly: (Threshold > DELAY_SECONDS ? Threshold - DELAY_SECONDS : Threshold) < 2 * (visibility ?? 0) };
    });
  expect(found.length).toBeGreaterThan(5);
  expect(found.filter(({ isEarly }) => !isEarly)).toEqual([]);
});

test('the app has at most ten metrics of its own, and alarms read no other ones in its namespace', () => {
  expect(Object.keys(APP_METRICS).length).toBeLessThanOrEqual(10);
  const own = watchedMetrics(all.operations.toJSON() as Templates[string]).filter(({ Namespace }) => Namespace === 'Sluice');
  expect(own.map(({ MetricName }) => MetricName).toSorted()).toEqual(['MessagesFailing', 'SpentToday', 'UnfinishedAge', 'VideosFailed', 'VideosRejected']);
  for (const { Dimensions } of own) expect(Dimensions).toEqual([{ Name: 'service', Value: 'SluicePipeline' }]);
});

test('the dashboard follows a video, and reads fewer than 50 metrics', () => {
  const body = JSON.stringify(few.operations.findResources('AWS::CloudWatch::Dashboard'));
  const titles = [...body.matchAll(/"markdown\\+":\\+"## (\w+)/g)].map(([, title]) => title);
  expect(titles).toEqual(['Upload', 'Completion', 'Metadata', 'Thumbnails', 'Permissions', 'Playlists', 'Packager', 'API', 'Withdrawal', 'Removal']);
  const metrics = [...body.matchAll(/\[\\+"(?:AWS\/\w+|Sluice)\\+"/g)];
  expect(metrics.length).toBeGreaterThan(30);
  expect(metrics.length).toBeLessThan(50);
});

test('the dashboard lists messages that keep failing from the log of every function that a queue feeds', () => {
  const body = JSON.stringify(few.operations.findResources('AWS::CloudWatch::Dashboard'));
  const before = body.slice(0, body.indexOf('filter MessagesFailing'));
  const named = [...before.slice(before.lastIndexOf('query')).matchAll(/ExportsOutputRef(\w+?)FunctionLogs/g)].map(([, name = '']) => name);
  expect(named.toSorted()).toEqual(['Completion', 'Metadata', 'Permissions', 'Removal', 'Thumbnails', 'Transcode', 'Withdrawal']);
});

test('only CloudWatch may publish to the topic, for alarms of this account', () => {
  few.operations.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: [
        { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        {
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    },
  });
});

test('alarms go to the configured address, and link to the configured runbook', () => {
  few.operations.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
  expect(all.operations.findResources('AWS::SNS::Subscription')).toEqual({});
  for (const { AlarmDescription } of alarmsOf(all)) expect(AlarmDescription).toContain(' https://wiki.example/runbook#');
});

test('without a budget for encodes there is no alarm on spending', () => {
  const { operations } = synthesizeTemplates({ encode: { maxPriceUsdPerDay: 0 } });
  expect(JSON.stringify(operations.toJSON().Resources)).not.toContain('spending-approaches-its-limit');
});

test('a change from all alarms to few removes no export', () => {
  for (const stack of ['data', 'pipeline', 'delivery'] as const)
    expect(Object.keys(few[stack].findOutputs('*'))).toEqual(expect.arrayContaining(Object.keys(all[stack].findOutputs('*'))));
});
