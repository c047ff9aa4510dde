import { readFileSync } from 'node:fs';
import { EXPLAINED_CHANGES, explanationOf } from '../../baseline/explained-changes.ts';
import { BASELINE_SETTINGS, baselineFile } from '../../baseline/presets.ts';
import { makeStackTemplates, type StackTemplates } from '../../support/lib/stack-templates.ts';
import type { Stacks } from '../../support/lib/templates/checked-deployments.ts';
import { findDangerousChanges, isLasting } from '../../support/lib/templates/compare-templates.ts';
import { type AppCloud, openAppCloud } from '../../support/local/app-cloud.ts';

const STACKS = ['SluiceData', 'SluicePipeline', 'SluiceDelivery', 'SluiceOperations'];

/** Resources that an update removes for a reason. */
const EXPLAINED_REMOVALS = EXPLAINED_CHANGES.filter(({ change }) => change === 'removed').flatMap(({ stack, names }) =>
  names.map((name) => `${stack}/${name}`),
);

let cloud: AppCloud;
beforeEach(async () => void (cloud = await openAppCloud()));
afterEach(() => cloud.close());

/** Returns the physical ids of what must last, by stack and logical id. */
function listLasting(): ReadonlyMap<string, string> {
  return new Map(
    STACKS.flatMap((stack) =>
      Object.entries(cloud.record(stack).resources)
        .filter(([, { type }]) => isLasting(type))
        .map(([logicalId, { ref, generation }]) => [`${stack}/${logicalId}`, `${ref} ${generation}`] as const),
    ),
  );
}

test.each(Object.entries(BASELINE_SETTINGS))(
  'an update of %s from the baseline replaces nothing that holds data, keys or addresses',
  async (name, settings) => {
    await cloud.deploy(JSON.parse(readFileSync(baselineFile(name), 'utf8')) as StackTemplates);
    const before = listLasting();
    expect(before.size).toBeGreaterThan(20);
    await cloud.deploy(makeStackTemplates(settings));
    const after = listLasting();
    const lost = [...before].filter(([id, resource]) => after.get(id) !== resource).map(([id]) => id);
    expect(lost.filter((id) => !EXPLAINED_REMOVALS.includes(id))).toEqual([]);
  },
);

test('every dangerous change since the baseline is explained, and every explanation is needed', () => {
  const changes = Object.entries(BASELINE_SETTINGS).flatMap(([name, settings]) => {
    const before = JSON.parse(readFileSync(baselineFile(name), 'utf8')) as Stacks;
    return findDangerousChanges(before, makeStackTemplates(settings) as Stacks);
  });
  expect(changes.filter((change) => explanationOf(change) === undefined)).toEqual([]);
  const names = new Set(changes.map(({ name }) => name));
  expect(EXPLAINED_CHANGES.flatMap((each) => each.names).filter((name) => !names.has(name))).toEqual([]);
});

describe('with deletion protection, as in prod', () => {
  test('a failed first deployment cannot be rolled back', async () => {
    cloud.failWhen(({ type }) => type === 'AWS::Cognito::UserPoolDomain');
    await expect(cloud.deploy(makeStackTemplates({ stage: 'prod' }))).rejects.toThrow(
      /ROLLBACK_FAILED, since it could not delete .*(?:UserPool|DBCluster).*deletion protection/,
    );
  });

  test('a failed first deployment leaves nothing behind without it, and the second deployment sets it', async () => {
    const first = makeStackTemplates({ stage: 'prod', deletionProtection: false });
    cloud.failWhen(({ type }) => type === 'AWS::Cognito::UserPoolDomain');
    await expect(cloud.deploy(first)).rejects.toThrow(/was deleted again\.$/);
    expect(cloud.listLeftovers()).toEqual([]);

    cloud.failWhen(undefined);
    await cloud.deploy(first);
    const before = listLasting();
    await cloud.deploy(makeStackTemplates({ stage: 'prod' }));
    expect(listLasting()).toEqual(before);
    const cluster = Object.values(cloud.record('SluiceData').resources).find(({ type }) => type === 'AWS::RDS::DBCluster');
    expect(cluster?.properties['DeletionProtection']).toBe(true);
  });
});

describe('deleting the stacks', () => {
  test('leaves nothing behind with retention destroy, once nothing imports their exports', async () => {
    await cloud.deploy(makeStackTemplates({ retention: 'destroy' }));
    await expect(cloud.deleteStack('SluiceData')).rejects.toThrow(/cannot be deleted as it is in use by Sluice/);
    for (const stack of STACKS.toReversed()) expect(await cloud.deleteStack(stack)).toEqual([]);
    expect(cloud.listLeftovers()).toEqual([]);
  });

  test('fails at a bucket with objects, and succeeds once it is empty', async () => {
    await cloud.deploy(makeStackTemplates({ retention: 'destroy' }));
    await cloud.deleteStack('SluiceOperations');
    const resources = Object.values(cloud.record('SluiceDelivery').resources);
    const bucket = resources.find(({ type, ref }) => type === 'AWS::S3::Bucket' && ref.includes('accesslogs'))?.ref ?? '';
    const removeObject = await cloud.putObject(bucket, 'log.gz');
    await cloud.deleteStack('SluiceOperations');
    await expect(cloud.deleteStack('SluiceDelivery')).rejects.toThrow(
      /^Stack SluiceDelivery is in DELETE_FAILED, since it could not delete AccessLogsBucket\w+ .*not empty/,
    );
    await removeObject();
    expect(await cloud.deleteStack('SluiceDelivery')).toEqual([]);
  });

  test('retains what holds data with retention retain', async () => {
    await cloud.deploy(makeStackTemplates({}));
    const retained: string[] = [];
    for (const stack of STACKS.toReversed()) retained.push(...(await cloud.deleteStack(stack)));
    const types = new Set(retained.map((each) => /\((\S+)/.exec(each)?.[1] ?? each));
    expect([...types].filter((type) => !type.startsWith('AWS::EC2::')).toSorted()).toEqual([
      'AWS::Cognito::UserPool',
      'AWS::Cognito::UserPoolDomain',
      'AWS::Cognito::UserPoolGroup',
      'AWS::RDS::DBCluster',
      'AWS::RDS::DBInstance',
      'AWS::RDS::DBSubnetGroup',
      'AWS::S3::Bucket',
      'AWS::SecretsManager::Secret',
      'AWS::SecretsManager::SecretTargetAttachment',
      'Custom::InitialSignInDomain',
      'Custom::SignInDomain',
    ]);
  });
});
