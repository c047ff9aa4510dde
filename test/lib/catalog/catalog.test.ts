import { Match, type Template } from 'aws-cdk-lib/assertions';
import { functions, listOf, resources, statementsOf, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { data: dev, pipeline } = synthesizeTemplates();
const prod = synthesizeTemplates({ stage: 'prod' }).data;

test('the catalog is asked through the Data API and encrypted', () => {
  dev.hasResourceProperties('AWS::RDS::DBCluster', {
    Engine: 'aurora-postgresql',
    EnableHttpEndpoint: true,
    StorageEncrypted: true,
    DatabaseName: 'sluice',
  });
});

test('in dev the writer is alone and pauses when nobody asks', () => {
  expect(resources(dev, 'AWS::RDS::DBInstance').size).toBe(1);
  dev.hasResourceProperties('AWS::RDS::DBCluster', {
    ServerlessV2ScalingConfiguration: { MinCapacity: 0, SecondsUntilAutoPause: 300 },
    DeletionProtection: false,
  });
});

test('in prod a reader of tier 1 waits in another zone, and nothing pauses', () => {
  const zones = [...resources(prod, 'AWS::RDS::DBInstance').values()].map(({ Properties }) => [
    Properties['PromotionTier'],
    Properties['AvailabilityZone'],
  ]);
  expect(zones).toEqual([
    [0, { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }],
    [1, { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] }],
  ]);
  prod.hasResourceProperties('AWS::RDS::DBCluster', {
    DeletionProtection: true,
    ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, SecondsUntilAutoPause: Match.absent() },
  });
});

test('the configured capacity and backups are what the cluster gets', () => {
  const { data } = synthesizeTemplates({ catalog: { minCapacity: 1, maxCapacity: 32, backupDays: 7 } });
  data.hasResourceProperties('AWS::RDS::DBCluster', {
    ServerlessV2ScalingConfiguration: { MinCapacity: 1, MaxCapacity: 32 },
    BackupRetentionPeriod: 7,
  });
});

test('no way leads into the network or out of it', () => {
  for (const type of ['InternetGateway', 'NatGateway', 'Route', 'VPCEndpoint']) {
    expect(resources(dev, `AWS::EC2::${type}`).size).toBe(0);
  }
  dev.hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() });
});

test('no function is inside the network', () => {
  dev.allResourcesProperties('AWS::Lambda::Function', { VpcConfig: Match.absent() });
});

test('only what changes its tables may do several statements as one', () => {
  const rights = (template: Template, name: string) =>
    statementsOf(template, name)
      .flatMap(({ Action }) => listOf(Action))
      .filter((action) => action.startsWith('rds-data:'));
  expect(rights(dev, 'migrate-catalog').toSorted()).toEqual([
    'rds-data:BeginTransaction',
    'rds-data:CommitTransaction',
    'rds-data:ExecuteStatement',
    'rds-data:RollbackTransaction',
  ]);
  expect(rights(pipeline, 'completion')).toEqual(['rds-data:ExecuteStatement']);
});

test('with a region given, zones are still found at deployment and never looked up', () => {
  const { data } = synthesizeTemplates({ region: 'us-east-1' });
  data.hasResourceProperties('AWS::EC2::Subnet', { AvailabilityZone: { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] } });
});

test('migrations run at every deployment that brings new ones, once the writer is there', () => {
  const migrate = functions(dev).get('migrate-catalog');
  const [writer] = resources(dev, 'AWS::RDS::DBInstance').keys();
  dev.hasResource('Custom::CatalogMigration', {
    Properties: { ServiceToken: { 'Fn::GetAtt': [migrate?.logicalId, 'Arn'] }, MigrationsHash: 'hash-of-migrations' },
    DependsOn: Match.arrayWith([writer]),
  });
});

test('CloudFormation waits for a migration longer than all attempts at it may take', () => {
  const timeout = Number(functions(dev).get('migrate-catalog')?.resource.Properties['Timeout']);
  const [migration] = resources(dev, 'Custom::CatalogMigration').values();
  expect(Number(migration?.Properties['ServiceTimeout'])).toBeGreaterThan(3 * timeout);
});
