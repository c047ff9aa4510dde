import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { checkStateFormat } from '../../../local/cli/state-format.ts';
import { Journal } from '../../../local/durable/journal.ts';
import { replaceJsonFile } from '../../../local/durable/json-file.ts';

let state: string;
beforeEach(() => void (state = mkdtempSync(join(tmpdir(), 'state-format-'))));
afterEach(() => rmSync(state, { recursive: true }));

test('records the format and accepts it later', () => {
  checkStateFormat(state);
  checkStateFormat(state);
  expect(readFileSync(join(state, 'format.json'), 'utf8')).toContain('"sluice": "0.1.0"');
});

test('refuses the state of a newer version, and names both', () => {
  replaceJsonFile(join(state, 'format.json'), { format: 9, sluice: '3.1.4' });
  expect(() => checkStateFormat(state)).toThrow(
    `${join(state, 'format.json')} has format 9, written by Sluice 3.1.4; this version reads formats up to 1. Start the newer`,
  );
});

test('refuses a damaged record of the format', () => {
  writeFileSync(join(state, 'format.json'), '');
  expect(() => checkStateFormat(state)).toThrow('or delete it; the next start writes it again');
});

test('adds checksums to JSON files of a state without a format, except for damaged ones', () => {
  mkdirSync(join(state, 'secrets'));
  writeFileSync(join(state, 'credentials.json'), '{"a":1}');
  writeFileSync(join(state, 'secrets/key.json'), '{"b":');
  checkStateFormat(state);
  expect(readFileSync(join(state, 'credentials.json'), 'utf8')).toContain('"crc32"');
  expect(readFileSync(join(state, 'secrets/key.json'), 'utf8')).toBe('{"b":');
});

test('upgrades empty journals of a state without a format', async () => {
  mkdirSync(join(state, 'queues'));
  writeFileSync(join(state, 'credentials.json'), '{}');
  const paths = ['schedules.journal', 'queues/work.journal'].map((name) => join(state, name));
  for (const path of paths) writeFileSync(path, '');
  checkStateFormat(state);
  for (const path of paths) {
    const journal = await Journal.open(path, z.string());
    expect(journal.entries.size).toBe(0);
    await journal.close();
  }
});
