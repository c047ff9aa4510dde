import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { WriterThreads } from '../../../../local/s3/store/writer-threads.ts';

const directory = mkdtempSync(join(tmpdir(), 'sluice-writers-'));
const threads = new WriterThreads();
afterAll(async () => {
  await threads.close();
  rmSync(directory, { recursive: true });
});

/** Splits bytes into chunks of irregular sizes, some larger than a buffer of the threads. */
function* split(bytes: Buffer): Generator<Buffer> {
  const sizes = [1, 65_536, 700_001, 262_144, 0, 3];
  for (let offset = 0, index = 0; offset < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    yield bytes.subarray(offset, offset + size);
    offset += size;
  }
}

async function write(name: string, bytes: Buffer) {
  const body = await threads.open(join(directory, name), ['CRC32']);
  for (const chunk of split(bytes)) {
    const copy = Buffer.from(chunk);
    await body.add(copy);
    // The caller may reuse its buffer.
    copy.fill(0);
  }
  return body.finish();
}

test.each([0, 1, 262_144, 524_288, 3_000_001])('writes %i bytes and computes their digests', async (size) => {
  const bytes = randomBytes(size);
  const digests = await write(`size-${size}`, bytes);
  expect(readFileSync(join(directory, `size-${size}`)).equals(bytes)).toBe(true);
  expect(digests.md5.toString('hex')).toBe(createHash('md5').update(bytes).digest('hex'));
  expect(Buffer.from(digests.checksums.get('CRC32') ?? '', 'base64').readUInt32BE()).toBe(crc32(bytes));
});

test('keeps bodies apart that are written at the same time', async () => {
  const bodies = Array.from({ length: 8 }, () => randomBytes(1_500_000));
  const digests = await Promise.all(bodies.map((bytes, index) => write(`parallel-${index}`, bytes)));
  for (const [index, bytes] of bodies.entries()) {
    expect(readFileSync(join(directory, `parallel-${index}`)).equals(bytes)).toBe(true);
    expect(digests[index]?.md5).toEqual(createHash('md5').update(bytes).digest());
  }
});

test('rejects with the code of the system error, and never overwrites a file', async () => {
  const file = join(directory, 'existing');
  writeFileSync(file, 'kept');
  await expect(threads.open(file, [])).rejects.toMatchObject({ code: 'EEXIST' });
  expect(readFileSync(file, 'utf8')).toBe('kept');
});

test('closes an aborted body and continues with others', async () => {
  const body = await threads.open(join(directory, 'aborted'), []);
  await body.add(randomBytes(600_000));
  await body.abort();
  await expect(body.finish()).rejects.toThrow('is not open');
  await expect(write('next', Buffer.from('next'))).resolves.toMatchObject({ checksums: new Map([['CRC32', expect.any(String)]]) });
});

test('fails bodies whose thread has ended, and starts another thread for the next one', async () => {
  const others = new WriterThreads();
  const body = await others.open(join(directory, 'ended'), []);
  await others.close();
  await expect(body.add(randomBytes(600_000))).rejects.toThrow('has ended');
  await body.abort();
  const next = await others.open(join(directory, 'restarted'), []);
  await next.finish();
  await others.close();
  expect(readFileSync(join(directory, 'restarted'))).toHaveLength(0);
});
