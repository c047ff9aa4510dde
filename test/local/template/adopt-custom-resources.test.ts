import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Assembly } from '../../../local/template/assembly.ts';
import { adoptCustomResources, forgetCustomResources } from '../../../local/template/adopt-custom-resources.ts';
import { deploy } from '../../../local/template/deployment.ts';
import { StackRecords } from '../../../local/template/stack-records.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'adopt-'))));
afterEach(() => rmSync(directory, { recursive: true }));

const assembly: Assembly = {
  stacks: [
    {
      name: 'S',
      template: {
        Parameters: {},
        Mappings: {},
        Conditions: {},
        Resources: {
          A: { Type: 'Test::Thing', Properties: {} },
          P: { Type: 'Custom::Pair', Properties: { ServiceToken: 'arn' } },
        },
        Outputs: {},
      },
    },
  ],
  assetPaths: new Map(),
};

/** Deploys to a directory of an earlier version. @returns the calls of the services */
async function start(calls: string[], fails = false): Promise<void> {
  const records = new StackRecords(join(directory, 'stacks'));
  const adopts = adoptCustomResources(directory, assembly, records);
  await deploy(assembly, {
    records,
    adopts,
    providers: [
      {
        type: 'Test::Thing',
        supportedProperties: [],
        provision: async () => ({ ref: 'a' }),
        delete: async () => void calls.push('delete a'),
      },
    ],
    customResources: {
      create: async () => Promise.reject(new Error('created again')),
      update: async (_resource, _before, ref) => {
        calls.push(`update ${ref}`);
        if (fails) throw new Error('no');
        return { ref, attributes: {} };
      },
      delete: async (_resource, ref) => void calls.push(`delete ${ref}`),
    },
  });
  if (adopts) forgetCustomResources(directory);
}

beforeEach(() => {
  const remembered = { 'S/P': { physicalId: 'pair-1', properties: {}, data: {} } };
  writeFileSync(join(directory, 'custom-resources.json'), JSON.stringify(remembered));
});

test('the resources of an earlier version are updated and then recorded', async () => {
  const calls: string[] = [];
  await start(calls);
  await start(calls);
  expect(calls).toEqual(['update pair-1']);
  expect(existsSync(join(directory, 'custom-resources.json'))).toBe(false);
  expect(new StackRecords(join(directory, 'stacks')).get('S').status).toBe('CREATE_COMPLETE');
});

test('nothing of an earlier version is deleted if the first start fails', async () => {
  const calls: string[] = [];
  await expect(start(calls, true)).rejects.toThrow('P (Custom::Pair): no');
  expect(calls).toEqual(['update pair-1']);
  await start(calls);
  expect(calls).toEqual(['update pair-1', 'update pair-1']);
});
