import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, type FileHandle, mkdtemp, open as openFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { Journal } from '../../../local/durable/journal.ts';

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-'));
  path = join(dir, 'deep', 'journal');
});
afterEach(() => rm(dir, { recursive: true }));

function open(options?: Parameters<typeof Journal.open>[2]): Promise<Journal<string>> {
  return Journal.open(path, z.string(), options);
}

let fileHandlePrototype: FileHandle;
beforeAll(async () => {
  const file = await openFile(import.meta.filename);
  fileHandlePrototype = Object.getPrototypeOf(file);
  await file.close();
});

test('reopens with the last value of each entry, without deleted ones', async () => {
  const journal = await open();
  await Promise.all([
    journal.set('a', '1'),
    journal.set('b', '한글\n🎬'),
    journal.set('a', '2'),
    journal.set('c', '3'),
  ]);
  await journal.delete('c');
  await journal.close();
  const again = await open();
  expect([...again.entries]).toEqual([
    ['a', '2'],
    ['b', '한글\n🎬'],
  ]);
  await again.close();
});

test('ignores an incomplete line, and appends complete lines after it', async () => {
  const journal = await open();
  await journal.set('a', '1');
  await journal.close();
  await appendFile(path, '["b","half a val');
  const again = await open();
  expect([...again.entries]).toEqual([['a', '1']]);
  await again.set('c', '3');
  await again.close();
  const last = await open();
  expect([...last.entries]).toEqual([
    ['a', '1'],
    ['c', '3'],
  ]);
  await last.close();
});

test('reports how much of an incomplete line it removed', async () => {
  await (await open()).close();
  await appendFile(path, '["b"');
  const messages: string[] = [];
  await (await open({ onRepair: (message) => messages.push(message) })).close();
  expect(messages).toEqual([
    `${path} ended in the middle of a record, as after a crash; its last 4 bytes were removed`,
  ]);
});

describe('a damaged file is refused and left alone', () => {
  const flip = (content: Buffer, offset: number): Buffer => {
    const flipped = Buffer.from(content);
    flipped[offset] = (flipped[offset] ?? 0) ^ 1;
    return flipped;
  };
  test.each<[string, (content: Buffer) => Buffer | string, string]>([
    ['empty', () => '', 'it is empty'],
    ['zeros', (content) => Buffer.alloc(content.length), 'its first line is not that of a journal'],
    ['flipped in its first line', (content) => flip(content, 3), 'its first line is not that of a journal'],
    ['flipped in a value', (content) => flip(content, content.indexOf('value') + 1), 'line 3 is not a record'],
    ['flipped in a checksum', (content) => flip(content, content.indexOf('\n') + 1), 'line 2 is not a record'],
    ['of an earlier version and flipped', () => '["a","1"]\n{"b"\n["c","3"]\n', 'line 2 is not a record'],
  ])('%s', async (_name, damage, problem) => {
    const journal = await open();
    await journal.set('a', '1');
    await journal.set('b', 'value');
    await journal.set('c', '3');
    await journal.close();
    const damaged = Buffer.from(damage(await readFile(path)));
    await writeFile(path, damaged);
    await expect(open({ holds: 'all messages' })).rejects.toThrow(
      `${path} is damaged: ${problem}. Restore it from a backup, or delete it, which loses all messages.`,
    );
    expect(await readFile(path)).toEqual(damaged);
  });
});

test('refuses a file of a newer version', async () => {
  await (await open()).close();
  await writeFile(path, 'sluice-journal 2\nwhatever\n');
  await expect(open()).rejects.toThrow(`${path} has format 2, written by a newer version of Sluice; this version reads`);
});

test('upgrades a file of an earlier version, without header and checksums', async () => {
  await (await open()).close();
  await writeFile(path, '["a","1"]\n["b","2"]\n["a"]\n');
  await (await open()).close();
  expect(await readFile(path, 'utf8')).toMatch(/^sluice-journal 1\n[\da-f]{8} \["b","2"\]\n$/);
  const again = await open();
  expect([...again.entries]).toEqual([['b', '2']]);
  await again.close();
});

test('undoes changes that cannot be written, except for later ones', async () => {
  const journal = await open();
  await journal.set('a', '1');
  await journal.set('b', '1');
  const write = jest.spyOn(fileHandlePrototype, 'write');
  write.mockRejectedValueOnce(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }));
  const failed = Promise.allSettled([journal.set('a', '2'), journal.delete('b'), journal.set('c', '2')]);
  await new Promise((resolve) => setImmediate(resolve));
  const later = journal.set('a', '3');
  expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await later;
  write.mockRestore();
  const expected = { a: '3', b: '1' };
  expect(Object.fromEntries(journal.entries)).toEqual(expected);
  await journal.close();
  const again = await open();
  expect(Object.fromEntries(again.entries)).toEqual(expected);
  await again.close();
});

test('rewrites an outdated file without losing entries', async () => {
  const journal = await open();
  await journal.set('kept', 'x');
  const value = 'y'.repeat(100_000);
  for (let round = 0; round < 40; round += 1) {
    await journal.set(`gone ${round}`, value);
    await journal.delete(`gone ${round}`);
  }
  await journal.set('last', 'z');
  expect((await stat(path)).size).toBeLessThan(2_000_000);
  await journal.close();
  const again = await open();
  expect([...again.entries]).toEqual([
    ['kept', 'x'],
    ['last', 'z'],
  ]);
  await again.close();
  expect((await stat(path)).mode & 0o077).toBe(0);
});

test('keeps every change acknowledged before SIGKILL', async () => {
  const writer = join(dir, 'writer.ts');
  await writeFile(
    writer,
    `import { Journal } from '${join(import.meta.dirname, '../../../local/durable/journal.ts')}';
    import { z } from '${join(import.meta.dirname, '../../../node_modules/zod/index.js')}';
    const journal = await Journal.open(${JSON.stringify(path)}, z.string());
    for (let id = 0; ; id += 1) {
      await journal.set(String(id), 'x'.repeat(1000));
      process.stdout.write(id + '\\n');
    }`,
  );
  const child = spawn(process.execPath, [writer], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let acknowledged = -1;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (acknowledged === 300) child.kill('SIGKILL');
  }
  await exited;
  expect(acknowledged).toBeGreaterThanOrEqual(300);
  const journal = await open();
  expect(journal.entries.size).toBeGreaterThan(acknowledged);
  expect(journal.entries.get(String(acknowledged))).toHaveLength(1000);
  await journal.close();
  expect(await readFile(path, 'utf8')).toMatch(/\n$/);
});
