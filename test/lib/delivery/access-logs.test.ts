import { Match } from 'aws-cdk-lib/assertions';
import { resources, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { delivery } = synthesizeTemplates();

test('every request is logged, without what holds a signature', () => {
  const [log] = resources(delivery, 'AWS::Logs::Delivery').values();
  const fields = log?.Properties['RecordFields'] as string[];
  expect(fields).toEqual(expect.arrayContaining(['c-ip', 'cs-uri-stem', 'sc-status', 'sc-bytes']));
  for (const field of ['cs-uri-query', 'cs(Cookie)', 'cs(Referer)']) expect(fields).not.toContain(field);
});

test('CloudFront’s older logging, which logs queries, is off', () => {
  delivery.allResourcesProperties('AWS::CloudFront::Distribution', { DistributionConfig: { Logging: Match.absent() } });
});

test('the log of the distribution goes to a bucket that admits only this account’s deliveries', () => {
  const [distribution] = resources(delivery, 'AWS::CloudFront::Distribution').keys();
  const [source] = resources(delivery, 'AWS::Logs::DeliverySource').values();
  expect(JSON.stringify(source?.Properties['ResourceArn'])).toContain(JSON.stringify({ Ref: distribution }));
  delivery.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Principal: { Service: 'delivery.logs.amazonaws.com' },
          Action: 's3:PutObject',
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
      ]),
    },
  });
});

test('logs go when the configured time is over', () => {
  const { delivery: long } = synthesizeTemplates({ logRetentionDays: 365 });
  long.hasResourceProperties('AWS::S3::Bucket', {
    LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ ExpirationInDays: 365 })]) },
  });
  long.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
});

test('outside us-east-1 the logs have a stack there, and nothing of theirs stays behind', () => {
  const seoul = synthesizeTemplates({ region: 'ap-northeast-2' });
  expect(resources(seoul.accessLogs, 'AWS::Logs::Delivery').size).toBe(1);
  expect(resources(seoul.delivery, 'AWS::Logs::Delivery').size).toBe(0);
});

test('in us-east-1 and without a region the logs are part of delivery and need no custom resource', () => {
  for (const templates of [synthesizeTemplates({ region: 'us-east-1' }), synthesizeTemplates()]) {
    expect(templates.accessLogs).toEqual(templates.delivery);
    expect(resources(templates.delivery, 'Custom::CrossRegionExportWriter').size).toBe(0);
  }
});
