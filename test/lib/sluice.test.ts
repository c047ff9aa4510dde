import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Template } from 'aws-cdk-lib/assertions';
import { synthesizeTemplates } from '../support/lib/synthesize.ts';

const templates = synthesizeTemplates();
const all: readonly Template[] = [templates.data, templates.pipeline, templates.delivery, templates.operations];

/** Returns the stacks that a template imports from. */
function importsOf(template: Template): string[] {
  const names = JSON.stringify(template.toJSON()).matchAll(/"Fn::ImportValue":"(\w+):/g);
  return [...new Set([...names].map(([, stack]) => stack ?? ''))];
}

test('stacks refer to each other in one direction: each to those before it', () => {
  expect(importsOf(templates.data)).toEqual([]);
  expect(importsOf(templates.pipeline)).toEqual(['SluiceData']);
  expect(importsOf(templates.delivery).toSorted()).toEqual(['SluiceData', 'SluicePipeline']);
  expect(importsOf(templates.operations).toSorted()).toEqual(['SluiceData', 'SluiceDelivery', 'SluicePipeline']);
});

test.each([
  [
    'data',
    [
      'SourceBucketName',
      'OutputBucketName',
      'CatalogClusterArn',
      'CatalogSecretArn',
      'CatalogDatabaseName',
      'UserPoolId',
      'TokenIssuer',
    ],
  ],
  ['pipeline', ['VideoEventsTopicArn', 'TranscodeEventsTopicArn']],
  ['delivery', ['PlaybackFunctionName', 'EdgeOrigin', 'DistributionId', 'PagesUrl', 'ApiUrl', 'UserPoolClientId']],
  ['operations', ['AlarmTopicArn']],
] as const)('the %s stack outputs what an operator needs', (stack, outputs) => {
  for (const output of outputs) templates[stack].hasOutput(output, {});
});

test('a stack prefix separates two deployments', () => {
  expect(importsOf(synthesizeTemplates({ stackPrefix: 'School' }).pipeline)).toEqual(['SchoolData']);
});

test('no resource has a physical name', () => {
  const names =
    /"(BucketName|QueueName|TopicName|FunctionName|RoleName|DBClusterIdentifier|DBInstanceIdentifier|LogGroupName)":"/;
  for (const template of all) {
    expect(JSON.stringify(template.toJSON())).not.toMatch(names);
  }
});

test('the only custom resources are the app’s own', () => {
  const custom = JSON.stringify(all.map((template) => template.toJSON())).match(/Custom::\w+/g);
  expect([...new Set(custom)].toSorted()).toEqual([
    'Custom::CatalogMigration',
    'Custom::InitialSignInDomain',
    'Custom::OriginSecret',
    'Custom::SignInDomain',
    'Custom::SigningKeyPair',
  ]);
});

test('templates are ASCII, which CloudFormation preserves', () => {
  for (const template of all) {
    expect(JSON.stringify(template.toJSON())).toMatch(/^[\u0020-\u007e]*$/);
  }
});

test.each([
  [{ stage: 'prod' }],
  [{ stage: 'prod', region: 'ap-northeast-2' }],
  [{ retention: 'destroy', signingKeys: { generations: [1, 2], current: 2 } }],
])('cdk-nag accepts the configuration %j', (settings) => {
  expect(() => synthesizeTemplates(settings)).not.toThrow();
});

test('a violation of a cdk-nag rule fails the synthesis with the rule’s name', () => {
  expect(() => synthesizeTemplates({}, (data) => new Bucket(data, 'Careless'))).toThrow(/AwsSolutions-S10/);
});
