import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Database } from '../../../../local/s3/store/database.ts';
import { type FileSegment, SegmentFiles } from '../../../../local/s3/store/segment-files.ts';

const directory = mkdtempSync(join(tmpdir(), 'sluice-segments-'));
const database = new Database(directory);
const files = new SegmentFiles(join(directory, 'segments'), database);
afterAll(async () => {
  await files.close();
  database.close();
  rmSync(directory, { recursive: true });
});

async function write(bytes: Buffer): Promise<FileSegment> {
  const { segment } = await files.write(inChunks(bytes), []);
  if (segment === undefined) throw new Error('Nothing was written.');
  return segment;
}

async function* inChunks(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let offset = 0; offset < bytes.length; offset += 65_536) yield bytes.subarray(offset, offset + 65_536);
}

/** Copies each chunk, which is valid only until the next one. */
async function readAll(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const copies: Buffer[] = [];
  for await (const chunk of chunks) copies.push(Buffer.from(chunk));
  return Buffer.concat(copies);
}

function listFiles(): string[] {
  return readdirSync(join(directory, 'segments'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

const bodies = [randomBytes(1_300_000), randomBytes(10), randomBytes(700_000)];
const whole = Buffer.concat(bodies);

test.each([
  [0, whole.length - 1],
  [0, 0],
  [524_287, 524_288],
  [1_299_999, 1_300_010],
  [1_300_010, whole.length - 1],
])('reads bytes %i to %i across files, as a stream and in chunks', async (start, end) => {
  const segments = await Promise.all(bodies.map(write));
  const expected = whole.subarray(start, end + 1);
  expect((await readAll(files.readChunks(segments, start, end))).equals(expected)).toBe(true);
  expect((await readAll(files.read(segments, start, end))).equals(expected)).toBe(true);
  await files.removeLoose(segments);
});

test('keeps a removed file until its readers have finished or left', async () => {
  const segment = await write(whole);
  const finishing = files.readChunks([segment], 0, whole.length - 1);
  const leaving = files.readChunks([segment], 0, whole.length - 1);
  await leaving.next();
  const { value } = await finishing.next();
  const head = Buffer.from(value ?? []);
  await files.removeLoose([segment]);
  expect(listFiles()).toContain(segment.id);

  await leaving.return();
  const rest = await readAll(finishing);
  expect(Buffer.concat([head, rest]).equals(whole)).toBe(true);
  // Its removal is not awaited by the last reader.
  while (listFiles().includes(segment.id)) await setImmediate();
});

test('hard-links a single-file object outside the store, and the link outlives its removal', async () => {
  const segments = await Promise.all(bodies.map(write));
  const [first] = segments;
  const target = join(directory, 'linked');
  if (first === undefined) throw new Error('Nothing was written.');
  expect(await files.linkOutside(segments, target)).toBe(false);
  expect(await files.linkOutside([{ ...first, offset: 5, size: 10 }], target)).toBe(false);
  expect(await files.linkOutside([first], join(directory, 'missing', 'linked'))).toBe(false);
  expect(await files.linkOutside([first], target)).toBe(true);
  await files.removeLoose(segments);
  expect(readFileSync(target).equals(bodies[0] ?? Buffer.of())).toBe(true);
  expect(await files.linkOutside([first], `${target}-again`)).toBe(false);
});
