import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixedCostsTable, readmeRows, sumAtRest } from '../../local/cost/describe-at-rest.ts';
import { AT_REST } from '../../pricing/list-prices.ts';
import { findUnpricedTypes, priceAtRest, type TemplateResource } from '../../pricing/price-at-rest.ts';
import { synthesizeTogether } from '../support/lib/synthesize.ts';

/** Limits of a deployment's price a month while nobody uses it. */
const MAX_DEV_USD = 10;

const rateRule = { action: 'count', requestsPerFiveMinutes: 10_000 };
const [dev = [], prod = [], guarded = []] = synthesizeTogether([
  { stackPrefix: 'Dev' },
  { stage: 'prod', stackPrefix: 'Prod' },
  { stackPrefix: 'Guarded', edge: { rateRule } },
]).map(({ infos: _infos, ...templates }) => {
  const texts = Object.values(templates).map((template) => JSON.stringify(template?.toJSON()['Resources'] ?? {}));
  // In us-east-1 the access logs are part of the delivery stack.
  return [...new Set(texts)].map((text): Readonly<Record<string, TemplateResource>> => JSON.parse(text));
});
const stages = { dev: priceAtRest(dev), prod: priceAtRest(prod) };

function read(file: string): readonly string[] {
  return readFileSync(join(import.meta.dirname, '../..', file), 'utf8').split('\n');
}

/** On failure, the expected line is the one to write. */
test('the README’s table of costs follows from the templates and the price list', () => {
  const rows = readmeRows(stages);
  const documented = read('README.md').filter((line) => rows.some((row) => line.split('|')[1] === row.split('|')[1]));
  expect(documented).toEqual(rows);
});

test('docs/limits.md has the fixed costs of the templates', () => {
  const lines = read('docs/limits.md');
  const from = lines.indexOf('| part | dev | prod |');
  const table = fixedCostsTable(stages).split('\n');
  expect(lines.slice(from, from + table.length)).toEqual(table);
});

test('a deployment in dev costs little at rest', () => {
  expect(sumAtRest(stages.dev)).toBeLessThan(MAX_DEV_USD);
});

test('a rate rule adds its web ACL, as docs/limits.md says', () => {
  const added = sumAtRest(priceAtRest(guarded)) - sumAtRest(stages.dev);
  expect(read('docs/limits.md').join('\n')).toContain(`| web ACL and its rule, with \`edge.rateRule\` | ${added.toFixed(2)} |`);
});

test('docs/limits.md states the price of custom metrics', () => {
  expect(read('docs/limits.md').join('\n')).toContain(`| each custom metric, for the hours in which it has data | ${AT_REST.customMetric.toFixed(2)} |`);
});

test('of every resource it is known whether it costs something at rest', () => {
  // To pricing/price-at-rest.ts, add the price of the type, or that it is free.
  expect([dev, prod, guarded].flatMap(findUnpricedTypes)).toEqual([]);
});
