import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { Journal } from '../../../local/durable/journal.ts';

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-'));
  path = join(dir, 'deep', 'journal');
});
afterEach(() => rm(dir, { recursive: true }));

function open(): Promise<Journal<string>> {
  return Journal.open(path, z.string());
}

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

test('rejects a damaged line with an error that names the file', async () => {
  const journal = await open();
  await journal.close();
  await writeFile(path, '["a","1"]\n{"b"\n["c","3"]\n');
  await expect(open()).rejects.toThrow(path);
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
