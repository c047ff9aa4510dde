import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { RotatingLog } from '../../../local/durable/rotating-log.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rotating-log-'));
  path = join(directory, 'logs', 'log');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function read(name: string): string {
  return readFileSync(join(directory, 'logs', name), 'utf8');
}

test('takes at most twice its limit while it is written, and keeps the newest lines whole and in order', async () => {
  const log = new RotatingLog(path, { maxBytes: 100 });
  for (let line = 0; line < 1000; line += 1) log.write(`line ${line}\n`);
  await log.close();
  expect(readdirSync(join(directory, 'logs')).toSorted()).toEqual(['log', 'log.old']);
  expect(read('log').length).toBeLessThanOrEqual(100);
  expect(read('log.old').length).toBeLessThanOrEqual(100);
  const lines = `${read('log.old')}${read('log')}`.trim().split('\n');
  const first = 1000 - lines.length;
  expect(lines.length).toBeGreaterThan(10);
  expect(lines).toEqual(lines.map((_line, index) => `line ${first + index}`));
});

test('continues the file of an earlier start, and renames one that is full', async () => {
  const first = new RotatingLog(path, { maxBytes: 20 });
  first.write('first\n');
  await first.close();
  const second = new RotatingLog(path, { maxBytes: 20 });
  second.write('second\n');
  await second.close();
  expect(read('log')).toBe('first\nsecond\n');
  writeFileSync(path, 'x'.repeat(30));
  await new RotatingLog(path, { maxBytes: 20 }).close();
  expect([read('log'), read('log.old')]).toEqual(['', 'x'.repeat(30)]);
});

test('begins each file with its header, once', async () => {
  for (const lines of [['one\n'], ['two\n', 'three\n']]) {
    const log = new RotatingLog(path, { header: '#head\n', maxBytes: 16 });
    for (const line of lines) log.write(line);
    await log.close();
  }
  expect([read('log.old'), read('log')]).toEqual(['#head\none\ntwo\n', '#head\nthree\n']);
});

test('writes lines while it is open, in order', async () => {
  const log = new RotatingLog(path);
  for (const line of ['one\n', 'two\n']) log.write(line);
  while (!read('log').includes('two')) await setImmediate();
  log.write('three\n');
  while (!read('log').includes('three')) await setImmediate();
  expect(read('log')).toBe('one\ntwo\nthree\n');
  await log.close();
});

test('writes a line that is larger than its limit', async () => {
  const log = new RotatingLog(path, { maxBytes: 10 });
  log.write(Buffer.from('a line that is too long\n'));
  log.write('next\n');
  await log.close();
  expect([read('log.old'), read('log')]).toEqual(['a line that is too long\n', 'next\n']);
});
