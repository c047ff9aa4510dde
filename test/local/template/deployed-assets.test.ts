import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeployedAssets } from '../../../local/template/deployed-assets.ts';
import { StackRecords } from '../../../local/template/stack-records.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'deployed-assets-'))));
afterEach(() => rmSync(directory, { recursive: true }));

function recordFunction(records: StackRecords, key: string): void {
  const policies = { deletionPolicy: 'Delete', updateReplacePolicy: 'Delete' } as const;
  const resource = { type: 'AWS::Lambda::Function', generation: 0, ref: 'f', attributes: {}, dependsOn: [], ...policies };
  const resources = { F: { ...resource, properties: { Code: { S3Key: key } } } };
  records.write('S', { ...records.get('S'), status: 'CREATE_COMPLETE', resources });
}

test('keeps the code that the stacks were made of until they are updated', () => {
  const original = join(directory, 'assembly');
  mkdirSync(original);
  writeFileSync(join(original, 'index.mjs'), 'code');
  const records = new StackRecords(join(directory, 'stacks'));
  recordFunction(records, 'one');
  const assets = new DeployedAssets(join(directory, 'deployed'));
  assets.keep(new Map([['one', original], ['unused', original]]), records);
  rmSync(original, { recursive: true });
  expect(readFileSync(join(assets.find('one') ?? '', 'index.mjs'), 'utf8')).toBe('code');
  expect(assets.find('unused')).toBeUndefined();

  recordFunction(records, 'two');
  assets.keep(new Map(), records);
  expect(existsSync(join(directory, 'deployed', 'one'))).toBe(false);
});
