import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { JsonFiles } from '../../../local/durable/json-files.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-'));
});
afterEach(() => rm(dir, { recursive: true }));

function openFiles(): JsonFiles<{ value: number }> {
  return new JsonFiles(dir, z.object({ value: z.number() }));
}

test('keeps the last of several writes of a record, as each was at its call', async () => {
  const files = openFiles();
  await files.load();
  const record = { value: 1 };
  const writes = [files.write('a', record)];
  record.value = 2;
  writes.push(files.write('a', record), files.write('b', { value: 3 }));
  record.value = 4;
  await Promise.all(writes);
  expect((await openFiles().load()).toSorted((a, b) => a.value - b.value)).toEqual([{ value: 2 }, { value: 3 }]);
});

test('removes the remainder of a write that a crash interrupted', async () => {
  await writeFile(join(dir, 'a.json'), '{"value":1}');
  await writeFile(join(dir, 'a.json.new'), '{"val');
  expect(await openFiles().load()).toEqual([{ value: 1 }]);
  expect(await readdir(dir)).toEqual(['a.json']);
});

test('rejects a file that does not fit the schema', async () => {
  await writeFile(join(dir, 'a.json'), '{"value":"one"}');
  await expect(openFiles().load()).rejects.toThrow('expected number');
});
