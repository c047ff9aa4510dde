import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { named, openStackFixture, type StackFixture, thing } from '../../support/local/stack-fixture.ts';

let cloud: StackFixture;
beforeEach(() => void (cloud = openStackFixture()));
afterEach(() => cloud.remove());

function ref(Ref: string): unknown {
  return { Ref };
}

function exported(logicalId: string) {
  return { Out: { Value: ref(logicalId), Export: { Name: 'One:Out' } } };
}

const importing = thing({ 'Fn::ImportValue': 'One:Out' });

describe('an update', () => {
  test('changes nothing while the template stays the same', async () => {
    const stacks = { S: { Resources: { A: thing(1), B: named('b') } } };
    await cloud.deploy(stacks);
    const file = join(cloud.directory, 'S.json');
    const before = readFileSync(file, 'utf8');
    cloud.clear();
    await cloud.deploy(stacks);
    expect(cloud.calls).toEqual([]);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(cloud.record('S').status).toBe('CREATE_COMPLETE');
  });

  test('updates changed resources, creates new ones and deletes removed ones in reverse order', async () => {
    await cloud.deploy({ S: { Resources: { A: thing(1), B: thing(ref('A')), C: thing(ref('B')), D: thing(4) } } });
    cloud.clear();
    await cloud.deploy({ S: { Resources: { A: thing(2), E: thing(ref('A')), D: thing(4) } } });
    expect(cloud.calls).toEqual(['update A', 'create E', 'delete C', 'delete B']);
    expect(Object.keys(cloud.record('S').resources).toSorted()).toEqual(['A', 'D', 'E']);
    expect(cloud.record('S')).toMatchObject({ status: 'UPDATE_COMPLETE', obsolete: [] });
  });

  test('replaces a resource, updates those that refer to it, and deletes the old one at the end', async () => {
    await cloud.deploy({ S: { Resources: { A: named('one'), B: thing(ref('A')) } } });
    cloud.clear();
    await cloud.deploy({ S: { Resources: { A: named('two'), B: thing(ref('A')) } } });
    expect(cloud.calls).toEqual(['create A+1', 'update B', 'delete A']);
    expect(cloud.record('S').resources['B']?.properties).toEqual({ Value: 'A+1' });
  });

  test.each<[string, object, readonly string[]]>([
    ['Retain', { UpdateReplacePolicy: 'Retain' }, ['A', 'A+1']],
    ['RetainExceptOnCreate', { UpdateReplacePolicy: 'RetainExceptOnCreate' }, ['A', 'A+1']],
    ['Delete', { UpdateReplacePolicy: 'Delete', DeletionPolicy: 'Retain' }, ['A+1']],
  ])('follows an UpdateReplacePolicy of %s', async (_, policy, existing) => {
    await cloud.deploy({ S: { Resources: { A: named('one', policy) } } });
    await cloud.deploy({ S: { Resources: { A: named('two', policy) } } });
    expect([...cloud.existing]).toEqual(existing);
  });

  test.each<[string, object, readonly string[]]>([
    ['Retain', { DeletionPolicy: 'Retain' }, ['A']],
    ['RetainExceptOnCreate', { DeletionPolicy: 'RetainExceptOnCreate' }, ['A']],
    ['Delete', { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Retain' }, []],
  ])('follows a DeletionPolicy of %s for a removed resource', async (_, policy, existing) => {
    await cloud.deploy({ S: { Resources: { A: thing(1, policy) } } });
    await cloud.deploy({ S: { Resources: {} } });
    expect([...cloud.existing]).toEqual(existing);
    expect(cloud.retained).toEqual(existing.map((name) => `${name} (Test::Thing ${name})`));
  });

  test('gives a resource that is added again another name', async () => {
    await cloud.deploy({ S: { Resources: { A: thing(1, { DeletionPolicy: 'Retain' }) } } });
    await cloud.deploy({ S: { Resources: {} } });
    await cloud.deploy({ S: { Resources: { A: thing(1) } } });
    expect([...cloud.existing]).toEqual(['A', 'A+1']);
  });

  test('leaves a removed resource that its service does not delete, and completes', async () => {
    await cloud.deploy({ S: { Resources: { A: thing(1), B: thing(ref('A')) } } });
    cloud.failures.set('delete B', 'not empty');
    await cloud.deploy({ S: { Resources: {} } });
    expect(cloud.retained).toEqual([
      'B (Test::Thing B): not empty',
      'A (Test::Thing A): B depends on it',
    ]);
    expect(cloud.record('S')).toMatchObject({ status: 'UPDATE_COMPLETE', resources: {}, obsolete: [] });
  });

  test('refuses to replace a resource whose name stays the same', async () => {
    const policy = (properties: object) => ({ A: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: 'b', ...properties } } });
    const topic = (FifoTopic: boolean) => ({ A: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 't', FifoTopic } } });
    await cloud.deploy({ One: { Resources: policy({}) }, Two: { Resources: topic(false) } });
    await cloud.deploy({ One: { Resources: policy({ PolicyDocument: {} }) } });
    await expect(cloud.deploy({ Two: { Resources: topic(true) } })).rejects.toThrow(
      /cannot update a stack when a custom-named resource requires replacing\. Rename t and/,
    );
  });

  test('refuses a resource whose name another one has, as when only its logical id has changed', async () => {
    await cloud.deploy({ S: { Resources: { A: named('one') } } });
    await expect(cloud.deploy({ S: { Resources: { B: named('one') } } })).rejects.toThrow(/'one' already exists/);
    expect([...cloud.existing]).toEqual(['A']);
  });

  test('refuses another type under the same logical id', async () => {
    await cloud.deploy({ S: { Resources: { A: thing(1) } } });
    await expect(cloud.deploy({ S: { Resources: { A: named('a') } } })).rejects.toThrow(
      'Update of resource type is not permitted. The new template modifies resource type of the following resources: [A]',
    );
  });

  test('continues after an interruption', async () => {
    const stop = new AbortController();
    const resources = { A: thing(1), B: thing(2) };
    const interrupted = cloud.deploy({ S: { Resources: { ...resources, C: thing({ 'Fn::Base64': 'x' }) } } }, stop.signal);
    stop.abort(new Error('interrupted'));
    await expect(interrupted).rejects.toThrow('interrupted');
    await cloud.deploy({ S: { Resources: resources } });
    expect([...cloud.existing]).toEqual(['A', 'B']);
    expect(cloud.record('S').status).toBe('CREATE_COMPLETE');
  });
});

describe('exports in use', () => {
  const user = { Resources: { B: importing } };

  test('may not be deleted', async () => {
    await cloud.deploy({ One: { Resources: { A: named('a') }, Outputs: exported('A') }, Two: user });
    await expect(cloud.deploy({ One: { Resources: { A: named('a') } }, Two: { Resources: {} } })).rejects.toThrow(
      'Export One:Out cannot be deleted as it is in use by Two',
    );
  });

  test('may not change, so that the resource behind one is not replaced', async () => {
    await cloud.deploy({ One: { Resources: { A: named('a') }, Outputs: exported('A') }, Two: user });
    const replaced = { One: { Resources: { A: named('b') }, Outputs: exported('A') }, Two: user };
    await expect(cloud.deploy(replaced)).rejects.toThrow('Export One:Out cannot be updated as it is in use by Two');
    expect([...cloud.existing]).toEqual(['A', 'B']);
    expect(cloud.record('One').status).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  test('may be deleted once no stack imports them', async () => {
    await cloud.deploy({ One: { Resources: { A: named('a') }, Outputs: exported('A') }, Two: user });
    await cloud.deploy({ One: { Resources: { A: named('a') }, Outputs: exported('A') }, Two: { Resources: {} } });
    await cloud.deploy({ One: { Resources: {} }, Two: { Resources: {} } });
    expect([...cloud.existing]).toEqual([]);
  });

  test('have one stack', async () => {
    const stacks = { One: { Resources: { A: thing(1) }, Outputs: exported('A') } };
    await cloud.deploy(stacks);
    await expect(cloud.deploy({ ...stacks, Two: { Resources: { A: thing(1) }, Outputs: exported('A') } })).rejects.toThrow(
      'Export with name One:Out is already exported by stack One.',
    );
  });
});

test('a damaged record stops the start with the name of its file', async () => {
  await cloud.deploy({ S: { Resources: { A: thing(1) } } });
  const file = join(cloud.directory, 'S.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('Test::Thing', 'Test::Other'));
  const again = async (): Promise<unknown> => cloud.deploy({ S: { Resources: { A: thing(1) } } });
  await expect(again()).rejects.toThrow(`${file} is damaged: its content does not match its checksum`);
});
