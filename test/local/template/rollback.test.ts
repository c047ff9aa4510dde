import { PartlyCreatedError } from '../../../local/template/stack-errors.ts';
import { named, openStackFixture, type StackFixture, thing } from '../../support/local/stack-fixture.ts';

let cloud: StackFixture;
beforeEach(() => void (cloud = openStackFixture()));
afterEach(() => cloud.remove());

function ref(Ref: string): unknown {
  return { Ref };
}

describe('a failed creation', () => {
  const resources = { A: thing(1), B: thing(ref('A')), C: thing(ref('B')) };

  test('deletes what it has created in reverse order, and the next start creates it', async () => {
    cloud.failures.set('create C', 'no room');
    await expect(cloud.deploy({ S: { Resources: resources } })).rejects.toThrow(
      'Stack S could not be created. C (Test::Thing): no room\nWhat it had created was deleted again.',
    );
    expect(cloud.calls).toEqual(['create A', 'create B', 'create C', 'delete B', 'delete A']);
    expect(cloud.record('S')).toMatchObject({ status: 'ROLLBACK_COMPLETE', resources: {}, obsolete: [] });
    cloud.failures.clear();
    await cloud.deploy({ S: { Resources: resources } });
    expect(cloud.record('S').status).toBe('CREATE_COMPLETE');
  });

  test.each<[string, readonly string[]]>([
    ['Retain', ['A']],
    ['RetainExceptOnCreate', []],
    ['Snapshot', []],
    ['Delete', []],
  ])('follows a DeletionPolicy of %s', async (DeletionPolicy, existing) => {
    cloud.failures.set('create B', 'no room');
    const failed = cloud.deploy({ S: { Resources: { A: thing(1, { DeletionPolicy }), B: thing(ref('A')) } } });
    await expect(failed).rejects.toThrow(existing.length === 0 ? /again\.$/ : /These resources stay: A \(Test::Thing A\)/);
    expect([...cloud.existing]).toEqual(existing);
  });

  test('stops later stacks, and leaves earlier ones', async () => {
    cloud.failures.set('create B', 'no room');
    const stacks = { One: { Resources: { A: thing(1) } }, Two: { Resources: { B: thing(1) } }, Three: { Resources: { C: thing(1) } } };
    await expect(cloud.deploy(stacks)).rejects.toThrow('Stack Two could not be created');
    expect([...cloud.existing]).toEqual(['A']);
    expect(cloud.record('Three').status).toBe('DELETE_COMPLETE');
  });

  test('that cannot be rolled back names what is left, and the next start continues', async () => {
    cloud.failures.set('create C', 'no room');
    cloud.failures.set('delete B', 'not empty');
    await expect(cloud.deploy({ S: { Resources: resources } })).rejects.toThrow(
      'Stack S is in ROLLBACK_FAILED, since it could not delete B (Test::Thing B): not empty; ' +
        'A (Test::Thing A): B depends on it. Remove the cause and start again, which continues there, or choose another ' +
        'directory with --state.',
    );
    expect(cloud.record('S').status).toBe('ROLLBACK_FAILED');
    await expect(cloud.deploy({ S: { Resources: resources } })).rejects.toThrow('ROLLBACK_FAILED');
    cloud.failures.clear();
    cloud.clear();
    await cloud.deploy({ S: { Resources: resources } });
    expect(cloud.calls.slice(0, 2)).toEqual(['delete B', 'delete A']);
    expect([...cloud.existing]).toEqual(['A+1', 'B+1', 'C']);
  });
});

describe('a failed update', () => {
  const before = { A: thing(1), B: named('one'), C: thing(ref('B')) };
  const after = { A: thing(2), B: named('two'), C: thing(ref('B')), D: thing(4), E: thing(ref('C')) };

  test.each(['update A', 'create B+1', 'update C', 'create D', 'create E'] as const)(
    'returns to the state before if it fails to %s',
    async (call) => {
      await cloud.deploy({ S: { Resources: before } });
      const { resources } = cloud.record('S');
      cloud.failures.set(call, 'no');
      // Only the update fails, and not its rollback.
      const failed = cloud.deploy({ S: { Resources: after } }).finally(() => cloud.failures.clear());
      await expect(call === 'update A' || call === 'update C' ? rollBackOnce(failed, call) : failed).rejects.toThrow(
        /^Stack S could not be updated\. [A-E] \(.*\): no\nIt was returned to its state before\.$/,
      );
      expect([...cloud.existing]).toEqual(['A', 'B', 'C']);
      expect(cloud.record('S')).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', resources, obsolete: [] });
      await cloud.deploy({ S: { Resources: after } });
      expect(cloud.record('S').status).toBe('UPDATE_COMPLETE');
    },
  );

  /** Lets a call fail only once. */
  const rollBackOnce = (failed: Promise<unknown>, call: 'update A' | 'update C'): Promise<unknown> => {
    const { calls } = cloud;
    const push = calls.push.bind(calls);
    calls.push = (...made) => {
      if (calls.includes(call) && made[0] === call) cloud.failures.delete(call);
      return push(...made);
    };
    return failed;
  };

  test('keeps what it has created with a DeletionPolicy of Retain', async () => {
    await cloud.deploy({ S: { Resources: { A: thing(1) } } });
    cloud.failures.set('create C', 'no');
    const Resources = { A: thing(1), B: thing(1, { DeletionPolicy: 'Retain' }), C: thing(ref('B')) };
    await expect(cloud.deploy({ S: { Resources } })).rejects.toThrow('These resources stay: B (Test::Thing B)');
    expect([...cloud.existing]).toEqual(['A', 'B']);
  });

  test('that cannot be rolled back says so, and the next start continues before it updates again', async () => {
    await cloud.deploy({ S: { Resources: { A: thing(1), B: thing(ref('A')) } } });
    cloud.failures.set('update A', 'refused');
    const update = { S: { Resources: { A: thing(2), B: thing(ref('A')), C: thing(1) } } };
    await expect(cloud.deploy(update)).rejects.toThrow(
      'Stack S is in UPDATE_ROLLBACK_FAILED, since A (Test::Thing A) could not be returned to its earlier properties: refused. ' +
        'Remove the cause and start again, which continues there',
    );
    expect(cloud.record('S').status).toBe('UPDATE_ROLLBACK_FAILED');
    cloud.failures.clear();
    cloud.clear();
    await cloud.deploy(update);
    expect(cloud.calls).toEqual(['update A', 'update A', 'create C']);
    expect(cloud.record('S')).toMatchObject({ status: 'UPDATE_COMPLETE' });
  });

  test('of a resource that has not changed rolls nothing back', async () => {
    await cloud.deploy({ S: { Resources: { A: thing(1), B: thing(2) } } });
    cloud.failures.set('open B', 'the disk is gone');
    cloud.clear();
    await expect(cloud.deploy({ S: { Resources: { A: thing(2), B: thing(2) } } })).rejects.toThrow(/^the disk is gone$/);
    expect(cloud.calls).toEqual(['update A']);
    cloud.failures.clear();
    await cloud.deploy({ S: { Resources: { A: thing(2), B: thing(2) } } });
    expect(cloud.record('S').status).toBe('UPDATE_COMPLETE');
  });
});

describe('custom resources', () => {
  const custom = (Value: unknown) => ({ Type: 'Custom::Pair', Properties: { ServiceToken: 'arn', Value } });
  let requests: string[];
  let ids: string[];

  beforeEach(() => {
    requests = [];
    ids = [];
    cloud.remove();
    cloud = openStackFixture({
      create: async ({ properties }) => {
        requests.push(`create ${String(properties['Value'])}`);
        if (properties['Value'] === 'bad') throw new PartlyCreatedError('bad', 'half');
        return { ref: ids.shift() ?? 'id', attributes: { Pem: 'pem' } };
      },
      update: async ({ properties }, before, physicalId) => {
        requests.push(`update ${physicalId} ${String(before.properties['Value'])} ${String(properties['Value'])}`);
        if (properties['Value'] === 'bad') throw new Error('bad');
        return { ref: ids.shift() ?? physicalId, attributes: { Pem: 'pem' } };
      },
      delete: async ({ properties }, physicalId) => void requests.push(`delete ${physicalId} ${String(properties['Value'])}`),
    });
  });

  test('are invoked only when their properties change', async () => {
    await cloud.deploy({ S: { Resources: { P: custom(1) }, Outputs: { Pem: { Value: { 'Fn::GetAtt': ['P', 'Pem'] } } } } });
    const { outputs } = await cloud.deploy({
      S: { Resources: { P: custom(1) }, Outputs: { Pem: { Value: { 'Fn::GetAtt': ['P', 'Pem'] } } } },
    });
    expect(outputs).toEqual({ Pem: 'pem' });
    await cloud.deploy({ S: { Resources: { P: custom(2) } } });
    await cloud.deploy({ S: { Resources: {} } });
    expect(requests).toEqual(['create 1', 'update id 1 2', 'delete id 2']);
  });

  test('that return another id with an update get a request to delete the old one at the end', async () => {
    ids = ['first', 'second'];
    await cloud.deploy({ S: { Resources: { P: custom(1), Q: thing(ref('P')) } } });
    requests.length = 0;
    await cloud.deploy({ S: { Resources: { P: custom(2), Q: thing(ref('P')) } } });
    expect(requests).toEqual(['update first 1 2', 'delete first 1']);
    expect(cloud.record('S').resources['Q']?.properties).toEqual({ Value: 'second' });
  });

  test('that return another id are updated back and deleted if the update fails later', async () => {
    ids = ['first', 'second', 'first'];
    await cloud.deploy({ S: { Resources: { P: custom(1) } } });
    requests.length = 0;
    cloud.failures.set('create Q', 'no');
    await expect(cloud.deploy({ S: { Resources: { P: custom(2), Q: thing(ref('P')) } } })).rejects.toThrow('state before');
    expect(requests).toEqual(['update first 1 2', 'update second 2 1', 'delete second 2']);
    expect(cloud.record('S').resources['P']).toMatchObject({ ref: 'first' });
  });

  test('that fail get a request to delete what they may have created', async () => {
    await expect(cloud.deploy({ S: { Resources: { A: thing(1), P: custom('bad') } } })).rejects.toThrow('bad');
    expect(requests).toEqual(['create bad', 'delete half bad']);
    expect([...cloud.existing]).toEqual([]);
  });

  test('that fail to update get the old properties again', async () => {
    await cloud.deploy({ S: { Resources: { P: custom(1) } } });
    await expect(cloud.deploy({ S: { Resources: { P: custom('bad') } } })).rejects.toThrow('state before');
    expect(requests).toEqual(['create 1', 'update id 1 bad', 'update id bad 1']);
  });
});

test('an update that is interrupted in the middle of a resource is carried out again', async () => {
  const stop = new AbortController();
  const requests: string[] = [];
  cloud.remove();
  cloud = openStackFixture({
    create: async () => ({ ref: 'id' }),
    update: async (_resource, before, physicalId) => {
      requests.push(`update ${physicalId} ${String(before.properties['Value'])}`);
      if (requests.length > 1) return { ref: physicalId };
      stop.abort(new Error('interrupted'));
      throw new Error('the function was stopped');
    },
  });
  const resources = (Value: number) => ({ S: { Resources: { P: { Type: 'Custom::P', Properties: { ServiceToken: 'a', Value } } } } });
  await cloud.deploy(resources(1));
  await expect(cloud.deploy(resources(2), stop.signal)).rejects.toThrow('the function was stopped');
  expect(cloud.record('S').status).toBe('UPDATE_IN_PROGRESS');
  await cloud.deploy(resources(2));
  await cloud.deploy(resources(2));
  expect(requests).toEqual(['update id 1', 'update id 2']);
  expect(cloud.record('S').status).toBe('UPDATE_COMPLETE');
});
