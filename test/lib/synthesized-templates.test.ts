import { at } from '../support/lib/at.ts';
import { checkSchema, isObject } from '../support/lib/templates/check-schema.ts';
import { CHECKED_DEPLOYMENTS, type Stacks, synthesizeDeployments } from '../support/lib/templates/checked-deployments.ts';
import {
  checkAlarms,
  checkDeadLetters,
  checkImports,
  checkLogRetention,
  checkVisibility,
  SHORT_VISIBILITY,
} from '../support/lib/templates/check-wiring.ts';
import { checkLimits, LIMITS, measureLimits } from '../support/lib/templates/limits.ts';
import { resourcesOf } from '../support/lib/templates/references.ts';

const { dev, prod, 'custom domain': custom, 'two signing keys': keys, 'another region': region } = CHECKED_DEPLOYMENTS;

// The security rules of cdk-nag are part of each synthesis, which fails if one is violated without a reason. Settings that do
// not affect each other share a deployment, since a synthesis takes seconds.
const deployments = synthesizeDeployments({
  dev,
  'prod with a custom domain and two signing keys': { ...prod, edge: custom.edge, signingKeys: keys.signingKeys },
  'another region': region,
});

describe.each(Object.entries(deployments))('the templates of %s', (_name, stacks) => {
  test('agree with AWS’s schema of each resource type', () => {
    expect(checkSchema(stacks)).toEqual([]);
  });

  test('hide a message for six times the timeout of its function', () => {
    expect(checkVisibility(stacks)).toEqual([]);
  });

  test('have dead letters for everything that delivers in the background', () => {
    expect(checkDeadLetters(stacks)).toEqual([]);
  });

  test('have an alarm on every dead-letter queue', () => {
    expect(checkAlarms(stacks)).toEqual([]);
  });

  test('delete all logs after a while', () => {
    expect(checkLogRetention(stacks)).toEqual([]);
  });

  test('import only exported values, without a circle', () => {
    expect(checkImports(stacks)).toEqual([]);
  });

  test('keep away from the limits of the services', () => {
    expect(checkLimits(stacks)).toEqual([]);
  });
});

test('each exception for a short visibility timeout has a queue', () => {
  const ids = resourcesOf(deployments['dev'] ?? {}, 'AWS::SQS::Queue').map(({ logicalId }) => logicalId);
  expect(Object.keys(SHORT_VISIBILITY).filter((part) => !ids.some((id) => id.startsWith(part)))).toEqual([]);
});

test('together contain what each limit applies to', () => {
  const largest = Object.values(deployments).map(measureLimits);
  const unused = LIMITS.map(({ name }) => name).filter((name) => largest.every((measured) => measured[name] === 0));
  expect(unused).toEqual(['characters of a managed policy']);
});

/** Returns the dev templates with another value at a path inside the first resource of a type whose logical id matches. */
function spoil(type: string, id: RegExp, path: readonly (string | number)[], value?: unknown): Stacks {
  const stacks = structuredClone(deployments['dev'] ?? {});
  const found = resourcesOf(stacks, type).find(({ logicalId }) => id.test(logicalId));
  const [last = '', ...parents] = path.toReversed();
  const holder = at(found?.resource.Properties, ...parents.toReversed());
  if (!isObject(holder)) throw new Error(`No ${type} matches ${id} and has ${path.join('/')}.`);
  Object.assign(holder, { [last]: value });
  return JSON.parse(JSON.stringify(stacks)) as Stacks;
}

function importOf(name: string): readonly unknown[] {
  return [{ Key: 'a', Value: { 'Fn::ImportValue': name } }];
}

const [exportOfPipeline = ''] = Object.values(deployments['dev']?.['DevPipeline']?.Outputs ?? {}).flatMap(
  ({ Export }) => Export?.Name ?? [],
);

describe('a fault is reported', () => {
  test.each<[fault: string, stacks: Stacks, check: (stacks: Stacks) => readonly string[], problem: RegExp]>([
    [
      'an unknown property',
      spoil('AWS::SQS::Queue', /./, ['VisibilityTimout'], 1),
      checkSchema,
      /VisibilityTimout: unknown property/,
    ],
    [
      'a wrong type',
      spoil('AWS::Lambda::Function', /Transcode/, ['Timeout'], '60'),
      checkSchema,
      /Timeout: "60" is not of type integer/,
    ],
    ['a missing property', spoil('AWS::SQS::QueuePolicy', /./, ['Queues']), checkSchema, /Queues: is required/],
    [
      'a value that is not allowed',
      spoil('AWS::Lambda::Url', /./, ['AuthType'], 'IAM'),
      checkSchema,
      /AuthType: "IAM" is not one of/,
    ],
    [
      'an unknown property inside a list',
      spoil('AWS::CloudFront::Distribution', /./, ['DistributionConfig', 'CacheBehaviors', 0, 'Cache'], 1),
      checkSchema,
      /CacheBehaviors\/0\/Cache: unknown property/,
    ],
    [
      'a custom resource without a function',
      spoil('Custom::SigningKeyPair', /./, ['ServiceToken']),
      checkSchema,
      /ServiceToken: is required/,
    ],
    [
      'a short visibility timeout',
      spoil('AWS::SQS::Queue', /Uploads/, ['VisibilityTimeout'], 359),
      checkVisibility,
      /359 s, before 360 s/,
    ],
    [
      'one shorter than the function',
      spoil('AWS::SQS::Queue', /RemovalWorkQueue/, ['VisibilityTimeout'], 49),
      checkVisibility,
      /49 s, before 50 s/,
    ],
    [
      'a queue without dead letters',
      spoil('AWS::SQS::Queue', /Uploads/, ['RedrivePolicy']),
      checkDeadLetters,
      /Uploads\w+: has no dead letters/,
    ],
    [
      'a subscription without dead letters',
      spoil('AWS::SNS::Subscription', /./, ['RedrivePolicy']),
      checkDeadLetters,
      /has no dead letters/,
    ],
    [
      'a rule without dead letters',
      spoil('AWS::Events::Rule', /./, ['Targets', 0, 'DeadLetterConfig']),
      checkDeadLetters,
      /has no dead letters/,
    ],
    [
      'an asynchronously invoked function without dead letters',
      spoil('AWS::Lambda::Permission', /./, ['Principal'], 'events.amazonaws.com'),
      checkDeadLetters,
      /Function\w+: has no dead letters/,
    ],
    [
      'a log group without retention',
      spoil('AWS::Logs::LogGroup', /./, ['RetentionInDays']),
      checkLogRetention,
      /never expire/,
    ],
    [
      'a function without a log group',
      spoil('AWS::Lambda::Function', /./, ['LoggingConfig']),
      checkLogRetention,
      /never expire/,
    ],
    [
      'a log bucket that keeps everything',
      spoil('AWS::S3::Bucket', /AccessLogs/, ['LifecycleConfiguration']),
      checkLogRetention,
      /never expire/,
    ],
    [
      'logs that the database exports',
      spoil('AWS::RDS::DBCluster', /./, ['EnableCloudwatchLogsExports'], ['postgresql']),
      checkLogRetention,
      /never expire/,
    ],
    [
      'an import of nothing',
      spoil('AWS::SQS::Queue', /./, ['Tags'], importOf('DevData:Missing')),
      checkImports,
      /imports DevData:Missing, which no stack exports/,
    ],
    [
      'a circle of imports',
      spoil('AWS::S3::Bucket', /Source/, ['Tags'], importOf(exportOfPipeline)),
      checkImports,
      /DevData: imports from itself in a circle/,
    ],
    [
      'a long event pattern',
      spoil('AWS::Events::Rule', /./, ['EventPattern', 'id'], ['x'.repeat(1640)]),
      checkLimits,
      /2048 characters of an event pattern/,
    ],
    [
      'a large environment',
      spoil('AWS::Lambda::Function', /Transcode/, ['Environment', 'Variables', 'A'], 'x'.repeat(3300)),
      checkLimits,
      /4096 bytes/,
    ],
    [
      'too many behaviors',
      spoil(
        'AWS::CloudFront::Distribution',
        /./,
        ['DistributionConfig', 'CacheBehaviors'],
        Array.from({ length: 20 }, () => ({})),
      ),
      checkLimits,
      /25 cache behaviors/,
    ],
  ])('%s', (_fault, stacks, check, problem) => {
    expect(check(stacks).join('\n')).toMatch(problem);
  });
});

describe('a dead-letter queue', () => {
  const alarm = (properties: object) => ({
    Work: { Type: 'AWS::SQS::Queue', Properties: { RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] } } } },
    Dead: { Type: 'AWS::SQS::Queue' },
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['Dead', 'QueueName'] } }],
        AlarmActions: [{ Ref: 'Topic' }],
        ...properties,
      },
    },
  });

  test('needs an alarm that tells somebody that it holds messages', () => {
    expect(checkAlarms({ Stack: { Resources: alarm({}) } })).toEqual([]);
  });

  test.each([{ AlarmActions: [] }, { MetricName: 'NumberOfMessagesDeleted' }, { Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['Work', 'QueueName'] } }] }])(
    'is reported if its only alarm has %j',
    (properties) => {
      expect(checkAlarms({ Stack: { Resources: alarm(properties) } })).toEqual(['Stack/Dead: has no alarm']);
    },
  );
});
