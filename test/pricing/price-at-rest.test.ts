import { findUnpricedTypes, priceAtRest, type TemplateResource } from '../../pricing/price-at-rest.ts';

function partsOf(...resources: TemplateResource[]) {
  return priceAtRest([Object.fromEntries(resources.map((resource, index) => [`Resource${index}`, resource]))]).map(
    ({ name, count, usd }) => [name, count, usd.toFixed(2)],
  );
}

function queue(ScalingConfig?: object): TemplateResource {
  return { Type: 'AWS::Lambda::EventSourceMapping', Properties: { ...(ScalingConfig && { ScalingConfig }) } };
}

test('a queue with a limit of concurrency is polled by five pollers, one without by two', () => {
  expect(partsOf(queue({ MaximumConcurrency: 2 }))).toEqual([['polled queue', 1, '0.26']]);
  expect(partsOf(queue(), queue())).toEqual([['polled queue', 2, '0.21']]);
});

test('an alarm costs for each metric that it reads', () => {
  const stat = { MetricStat: {} };
  expect(
    partsOf(
      { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Errors' } },
      { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics: [{ Expression: 'a / b' }, stat, stat] } },
      { Type: 'AWS::CloudWatch::CompositeAlarm' },
      { Type: 'AWS::CloudWatch::Dashboard' },
    ),
  ).toEqual([['alarm', 2, '0.30'], ['composite alarm', 1, '0.50'], ['dashboard', 1, '3.00']]);
});

test('instances have the minimum capacity of their cluster, and none while it is paused', () => {
  const cluster = (MinCapacity: number): TemplateResource => ({
    Type: 'AWS::RDS::DBCluster',
    Properties: { ServerlessV2ScalingConfiguration: { MinCapacity } },
  });
  const instance = { Type: 'AWS::RDS::DBInstance' };
  const storage = ['GB of the database', 1, '0.10'];
  expect(partsOf(cluster(0), instance)).toEqual([storage, ['database instance', 1, '0.00']]);
  expect(partsOf(cluster(0.5), instance, instance)).toEqual([storage, ['database instance', 2, '87.60']]);
});

test('secrets, keys and web ACLs with their rules cost by number', () => {
  expect(
    partsOf(
      { Type: 'AWS::SecretsManager::Secret' },
      { Type: 'AWS::SecretsManager::Secret' },
      { Type: 'AWS::KMS::Key' },
      { Type: 'AWS::WAFv2::WebACL', Properties: { Rules: [{}, {}] } },
    ),
  ).toEqual([['secret', 2, '0.80'], ['key of KMS', 1, '1.00'], ['web ACL with its rules', 1, '7.00']]);
});

test('types that nobody has looked at are listed, and those billed by existing', () => {
  const resources = ['AWS::EC2::NatGateway', 'AWS::EC2::VPCEndpoint', 'AWS::S3::Bucket', 'AWS::KMS::Key'].map((Type) => [Type, { Type }]);
  expect(findUnpricedTypes([Object.fromEntries(resources)])).toEqual(['AWS::EC2::NatGateway', 'AWS::EC2::VPCEndpoint']);
});
