import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireOwnStacks } from '../../../local/cli/deployed-stacks.ts';

let state: string;
beforeEach(() => void (state = mkdtempSync(join(tmpdir(), 'deployed-stacks-'))));
afterEach(() => rmSync(state, { recursive: true }));

test('accepts the stacks of earlier starts, with others added or gone', () => {
  requireOwnStacks(state, ['SluiceData', 'SluicePipeline']);
  requireOwnStacks(state, ['SluiceData', 'SluiceDelivery']);
  expect(() => requireOwnStacks(state, ['SluiceDelivery'])).not.toThrow();
});

test('refuses stacks of other names, which would share the catalog but not the buckets', () => {
  requireOwnStacks(state, ['SluiceData']);
  expect(() => requireOwnStacks(state, ['OtherData'])).toThrow(
    `${state} belongs to the stacks SluiceData, not to OtherData. Choose another directory with --state`,
  );
  requireOwnStacks(state, ['SluiceData']);
});
