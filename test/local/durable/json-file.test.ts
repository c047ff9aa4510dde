import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { JsonFile } from '../../../local/durable/json-file.ts';

const schema = z.object({ count: z.number() });

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'json-file-'));
  path = join(directory, 'count.json');
});
afterEach(() => rmSync(directory, { recursive: true }));

test('keeps what was written', () => {
  const file = new JsonFile(path, schema, { count: 0 });
  file.write({ count: 1 });
  expect(new JsonFile(path, schema, { count: 0 }).value).toEqual({ count: 1 });
});

test.each([
  ['', 'it is empty'],
  ['{', 'it is not valid JSON'],
  ['{"count":"1"}', 'it holds something else than expected'],
  ['{"format":1,"crc32":"00000000","value":{"count":1}}', 'its content does not match its checksum'],
])('names a damaged file and leaves it alone: %j', (content, problem) => {
  writeFileSync(path, content);
  expect(() => new JsonFile(path, schema, { count: 0 })).toThrow(
    `${path} is damaged: ${problem}. Restore it from a backup, or choose another directory with --state.`,
  );
  expect(() => new JsonFile(path, schema, { count: 0 }, 'or delete it')).toThrow('Restore it from a backup, or delete it.');
  expect(readFileSync(path, 'utf8')).toBe(content);
});

test('finds any flipped digit or letter', () => {
  new JsonFile(path, schema, { count: 0 }).write({ count: 123 });
  const content = readFileSync(path, 'utf8');
  for (const match of content.matchAll(/\w/g)) {
    const flipped = String.fromCharCode(match[0].charCodeAt(0) ^ 1);
    writeFileSync(path, content.slice(0, match.index) + flipped + content.slice(match.index + 1));
    expect(() => new JsonFile(path, schema, { count: 0 })).toThrow(path);
  }
});

test('refuses a file of a newer version', () => {
  writeFileSync(path, '{"format":2,"crc32":"x","value":{"total":1}}');
  expect(() => new JsonFile(path, schema, { count: 0 })).toThrow(
    `${path} has format 2, written by a newer version of Sluice; this version reads formats up to 1. Start the newer ` +
      'version, or choose another directory with --state.',
  );
});

test('reads a file of an earlier version, without a checksum', () => {
  writeFileSync(path, '{"count":5}');
  expect(new JsonFile(path, schema, { count: 0 }).value).toEqual({ count: 5 });
});
