import { settingsFrom } from '../../bin/settings.ts';
import { parseConfig } from '../../lib/config/parse-config.ts';

test('overrides cdk.json, resolves dotted keys and parses values', () => {
  const settings = settingsFrom({
    sluice: { stage: 'dev', catalog: { maxCapacity: 4, backupDays: 3 } },
    stage: 'prod',
    'catalog.maxCapacity': '8',
    'catalog.reader': 'false',
    'signingKeys.generations': '[1,2]',
    region: 'eu-west-1',
  });
  expect(settings).toEqual({
    stage: 'prod',
    catalog: { maxCapacity: 8, backupDays: 3, reader: false },
    signingKeys: { generations: [1, 2] },
    region: 'eu-west-1',
  });
});

test('ignores CDK’s own context keys', () => {
  const context = { '@aws-cdk/core:flag': true, 'aws:cdk:toolkit': 'x', 'availability-zones:account=1': ['a'] };
  expect(settingsFrom(context)).toEqual({});
});

test('keeps a dotted key below a plain value whole, so that the error names it', () => {
  const settings = settingsFrom({ 'stage.name': 'prod', sluice: { stage: 'dev' } });
  expect(() => parseConfig(settings)).toThrow(/stage\.name: unknown key/);
});

test('treats names of built-in properties as unknown keys', () => {
  const settings = settingsFrom({ 'constructor.name': 'x', '__proto__.polluted': 'true' });
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  expect(() => parseConfig(settings)).toThrow(/constructor: unknown key/);
});
