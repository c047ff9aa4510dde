import { Match } from 'aws-cdk-lib/assertions';
import { resources, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { delivery } = synthesizeTemplates();

test('logs every request without the fields that can hold a signature', () => {
  const [log] = resources(delivery, 'AWS::Logs::Delivery').values();
  const fields = log?.Properties['RecordFields'] as string[];
  expect(fields).toEqual(expect.arrayContaining(['c-ip', 'cs-uri-stem', 'sc-status', 'sc-bytes']));
  for (const field of ['cs-uri-query', 'cs(Cookie)', 'cs(Referer)']) expect(fields).not.toContain(field);
});

test('leaves CloudFront’s legacy logging, which logs queries, off', () => {
  delivery.allResourcesProperties('AWS::CloudFront::Distribution', { DistributionConfig: { Logging: Match.absent() } });
});

test('delivers the distribution’s log to a bucket that accepts only this account’s deliveries', () => {
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

test('expires logs after the configured retention', () => {
  const { delivery: long } = synthesizeTemplates({ logRetentionDays: 365 });
  long.hasResourceProperties('AWS::S3::Bucket', {
    LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ ExpirationInDays: 365 })]) },
  });
  long.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
});

test('puts the logs into a stack in us-east-1 when delivery is in another region', () => {
  const seoul = synthesizeTemplates({ region: 'ap-northeast-2' });
  expect(resources(seoul.accessLogs, 'AWS::Logs::Delivery').size).toBe(1);
  expect(resources(seoul.delivery, 'AWS::Logs::Delivery').size).toBe(0);
});

test('keeps the logs in the delivery stack, without custom resources, in us-east-1 or without a region', () => {
  for (const templates of [synthesizeTemplates({ region: 'us-east-1' }), synthesizeTemplates()]) {
    expect(templates.accessLogs).toEqual(templates.delivery);
    expect(resources(templates.delivery, 'Custom::CrossRegionExportWriter').size).toBe(0);
  }
});
