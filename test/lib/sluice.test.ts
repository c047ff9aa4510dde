import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Template } from 'aws-cdk-lib/assertions';
import { synthesizeTemplates } from '../support/lib/synthesize.ts';

const templates = synthesizeTemplates();
const all: readonly Template[] = [templates.data, templates.pipeline, templates.delivery];

/** Stacks that a template imports from. */
function importsOf(template: Template): string[] {
  const names = JSON.stringify(template.toJSON()).matchAll(/"Fn::ImportValue":"(\w+):/g);
  return [...new Set([...names].map(([, stack]) => stack ?? ''))];
}

test('stacks refer to one another one way: delivery to pipeline, both to data, and data to none', () => {
  expect(importsOf(templates.data)).toEqual([]);
  expect(importsOf(templates.pipeline)).toEqual(['SluiceData']);
  expect(importsOf(templates.delivery).toSorted()).toEqual(['SluiceData', 'SluicePipeline']);
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
] as const)('the %s stack says what an operator needs to know', (stack, outputs) => {
  for (const output of outputs) templates[stack].hasOutput(output, {});
});

test('a prefix of one’s own keeps two deployments apart', () => {
  expect(importsOf(synthesizeTemplates({ stackPrefix: 'School' }).pipeline)).toEqual(['SchoolData']);
});

test('nothing that CloudFormation can name has a physical name', () => {
  const names =
    /"(BucketName|QueueName|TopicName|FunctionName|RoleName|DBClusterIdentifier|DBInstanceIdentifier|LogGroupName)":"/;
  for (const template of all) {
    expect(JSON.stringify(template.toJSON())).not.toMatch(names);
  }
});

test('what CDK would do by a custom resource is done without one', () => {
  const custom = JSON.stringify(all.map((template) => template.toJSON())).match(/Custom::\w+/g);
  expect([...new Set(custom)].toSorted()).toEqual(['Custom::CatalogMigration', 'Custom::SigningKeyPair']);
});

test('templates are plain ASCII, which CloudFormation keeps as it is', () => {
  for (const template of all) {
    expect(JSON.stringify(template.toJSON())).toMatch(/^[\u0020-\u007e]*$/);
  }
});

test.each([
  [{ stage: 'prod' }],
  [{ stage: 'prod', region: 'ap-northeast-2' }],
  [{ retention: 'destroy', signingKeys: { generations: [1, 2], current: 2 } }],
])('the rules of cdk-nag hold with %j', (settings) => {
  expect(() => synthesizeTemplates(settings)).not.toThrow();
});

test('a breach of those rules stops the synthesis and is named', () => {
  expect(() => synthesizeTemplates({}, (data) => new Bucket(data, 'Careless'))).toThrow(/AwsSolutions-S10/);
});
