import { Match, type Template } from 'aws-cdk-lib/assertions';
import { functions, listOf, resources, statementsOf, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { data: dev, pipeline } = synthesizeTemplates();
const prod = synthesizeTemplates({ stage: 'prod' }).data;

test('the cluster is encrypted and enables the Data API', () => {
  dev.hasResourceProperties('AWS::RDS::DBCluster', {
    Engine: 'aurora-postgresql',
    EnableHttpEndpoint: true,
    StorageEncrypted: true,
    DatabaseName: 'sluice',
  });
});

test('dev has a single writer that pauses when idle', () => {
  expect(resources(dev, 'AWS::RDS::DBInstance').size).toBe(1);
  dev.hasResourceProperties('AWS::RDS::DBCluster', {
    ServerlessV2ScalingConfiguration: { MinCapacity: 0, SecondsUntilAutoPause: 300 },
    DeletionProtection: false,
  });
});

test('prod has a tier 1 reader in another zone and never pauses', () => {
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

test('the cluster has the configured capacity and backup retention', () => {
  const { data } = synthesizeTemplates({ catalog: { minCapacity: 1, maxCapacity: 32, backupDays: 7 } });
  data.hasResourceProperties('AWS::RDS::DBCluster', {
    ServerlessV2ScalingConfiguration: { MinCapacity: 1, MaxCapacity: 32 },
    BackupRetentionPeriod: 7,
  });
});

test('the version of the engine changes only by configuration', () => {
  const { data } = synthesizeTemplates({ stage: 'prod', catalog: { engineVersion: '18.1' } });
  data.hasResourceProperties('AWS::RDS::DBCluster', { EngineVersion: '18.1', AutoMinorVersionUpgrade: false });
  prod.hasResourceProperties('AWS::RDS::DBCluster', { EngineVersion: '17.7' });
  const instances = [...resources(data, 'AWS::RDS::DBInstance').values()];
  expect(instances.map(({ Properties }) => Properties['AutoMinorVersionUpgrade'])).toEqual([false, false]);
});

test('the network has no route in or out', () => {
  for (const type of ['InternetGateway', 'NatGateway', 'Route', 'VPCEndpoint']) {
    expect(resources(dev, `AWS::EC2::${type}`).size).toBe(0);
  }
  dev.hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() });
});

test('no function is inside the network', () => {
  dev.allResourcesProperties('AWS::Lambda::Function', { VpcConfig: Match.absent() });
});

test('only the migration function may use transactions', () => {
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

test('availability zones are resolved at deployment even with a configured region', () => {
  const { data } = synthesizeTemplates({ region: 'us-east-1' });
  data.hasResourceProperties('AWS::EC2::Subnet', { AvailabilityZone: { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] } });
});

test('migrations run after the writer exists, and again when their hash changes', () => {
  const migrate = functions(dev).get('migrate-catalog');
  const [writer] = resources(dev, 'AWS::RDS::DBInstance').keys();
  dev.hasResource('Custom::CatalogMigration', {
    Properties: { ServiceToken: { 'Fn::GetAtt': [migrate?.logicalId, 'Arn'] }, MigrationsHash: 'hash-of-migrations' },
    DependsOn: Match.arrayWith([writer]),
  });
});

test('CloudFormation waits for a migration longer than all its attempts can take', () => {
  const timeout = Number(functions(dev).get('migrate-catalog')?.resource.Properties['Timeout']);
  const [migration] = resources(dev, 'Custom::CatalogMigration').values();
  expect(Number(migration?.Properties['ServiceTimeout'])).toBeGreaterThan(3 * timeout);
});

test('the migration runs again when the secret of a role is replaced, and before other stacks use the roles', () => {
  const secrets = [...resources(dev, 'AWS::SecretsManager::Secret').keys()].filter((id) => /^Catalog(?:Chain|Api)/.test(id));
  expect(secrets).toHaveLength(2);
  dev.hasResourceProperties('Custom::CatalogMigration', { RoleSecretArns: secrets.map((Ref) => ({ Ref })) });
  // CloudFormation updates a stack after those whose exports it imports.
  expect(JSON.stringify(pipeline.toJSON())).toContain('ExportsOutputRefCatalogChain');
});

test('the secret of the cluster stays exported, since functions of earlier versions import it until they are updated', () => {
  const [attachment] = resources(dev, 'AWS::SecretsManager::SecretTargetAttachment').keys();
  dev.hasOutput('*', { Value: { Ref: attachment }, Export: { Name: `SluiceData:ExportsOutputRef${attachment}E502EB5B` } });
});
