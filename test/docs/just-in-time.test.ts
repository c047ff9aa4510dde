import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MEASURED_ORIENTATIONS } from '../support/media/packaging/qualification/measured-orientations.ts';
import { buildJustInTimePage } from '../support/media/packaging/qualification/just-in-time-page.ts';
import { QUALIFIED_FILES } from '../support/media/packaging/qualification/qualified-files.ts';

const ROOT = join(import.meta.dirname, '../..');

test('docs/just-in-time.md matches the rules and the list of the tests; npm run docs:just-in-time writes it', () => {
  expect(readFileSync(join(ROOT, 'docs/just-in-time.md'), 'utf8')).toBe(buildJustInTimePage());
});

test('every reason has a row', () => {
  const text = readFileSync(join(ROOT, 'media/packaging/qualification/reason.ts'), 'utf8');
  const codes = [...text.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, code = '']) => code);
  const shown = new Set(QUALIFIED_FILES.flatMap(({ reasons = [], leftOut = [] }) => [...reasons, ...leftOut]));
  expect(codes.length).toBeGreaterThan(10);
  expect(codes.filter((code) => !shown.has(code))).toEqual([]);
});

test('no two rows have the same name', () => {
  const names = QUALIFIED_FILES.map(({ topic, name }) => `${topic}: ${name}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('files whose orientation a browser ignores qualify for the page, which turns the picture, and not for other players', () => {
  const ignored = MEASURED_ORIENTATIONS.filter(({ shown }) => shown.includes(false)).map(({ name }) => name);
  const levels = ignored.map((name) => QUALIFIED_FILES.find((file) => file.name.startsWith(name))?.level);
  expect(levels).toEqual(ignored.map(() => 'page'));
});
