import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { END_CODES, type EndCode } from '../../lambdas/contracts/end-codes.ts';
import { buildInputsPage } from '../support/inputs/inputs-page.ts';
import { type TestedList, TESTED_LISTS } from '../support/inputs/tested-lists.ts';

const ROOT = join(import.meta.dirname, '../..');

test('docs/inputs.md matches the lists of the tests; npm run docs:inputs writes it', () => {
  expect(readFileSync(join(ROOT, 'docs/inputs.md'), 'utf8')).toBe(buildInputsPage());
});

/** Returns whether a test file imports a list and uses it in a test that is not skipped. */
function usesList(text: string, name: string): boolean {
  const imported = new RegExp(`^import \\{[^}]*\\b${name}\\b[^}]*\\} from`, 'm').test(text);
  const used = new RegExp(`^ *(?:test\\.each\\(${name}\\b|.*\\(${name}\\))`, 'm').test(text);
  return imported && used && !/\b(?:test|describe)\.(?:skip|only|todo)\b/.test(text);
}

test.each(TESTED_LISTS)('$test checks every kind of $name', ({ name, test: path, kinds }: TestedList) => {
  expect(kinds.length).toBeGreaterThan(0);
  expect(usesList(readFileSync(join(ROOT, path), 'utf8'), name)).toBe(true);
});

test('no two kinds of a topic have the same name', () => {
  const names = TESTED_LISTS.flatMap(({ kinds }) => kinds.map(({ topic, name }) => `${topic}: ${name}`));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('every rejection has a kind, except for deleted objects', () => {
  const codes = Object.entries<EndCode>(END_CODES).filter(([, { status }]) => status === 'rejected').map(([name]) => name);
  const shown = TESTED_LISTS.flatMap(({ kinds }) => kinds.map(({ refused }) => refused));
  expect(codes.filter((code) => !shown.some((refused) => refused === code))).toEqual(['source_missing']);
});

test('recognizes a list that no test uses', () => {
  const imported = "import { KINDS } from '../kinds.ts';\n";
  expect(usesList(`${imported}test.each(KINDS)('x', check);`, 'KINDS')).toBe(true);
  expect(usesList(`${imported}  const found = await encode(KINDS);`, 'KINDS')).toBe(true);
  expect(usesList(imported, 'KINDS')).toBe(false);
  expect(usesList("test.each(KINDS)('x', check);", 'KINDS')).toBe(false);
  expect(usesList(`${imported}test.skip.each(KINDS)('x', check);\ntest.each(KINDS)('y', check);`, 'KINDS')).toBe(false);
});
