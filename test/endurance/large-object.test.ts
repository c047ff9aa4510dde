import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const SIZE = 5 * GIB;
/** Part size of the AWS CLI. */
const PART = 8 * MIB;
/** Above the aim of 100 MB, since memory that is not yet garbage-collected counts too. */
const MAX_ADDED_BYTES = 150_000_000;

const { bavail, bsize } = statfsSync(tmpdir());
const hasRoom = bavail * bsize > 12 * GIB;
if (!hasRoom) process.stderr.write('Less than 12 GiB of disk space is free: skipping the upload of 5 GiB.\n');

/** Returns the physical memory of a process as Linux reports it. */
function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

interface Server {
  readonly pid: number;
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Starts S3 in a separate process, whose memory can be measured. */
async function startServer(directory: string): Promise<{ server: Server; stop: () => Promise<void> }> {
  const child = spawn(process.execPath, [path.join(__dirname, '../support/endurance/s3-process.ts'), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const stop = async (): Promise<void> => {
    child.kill();
    await once(child, 'exit');
  };
  return { server: { pid: child.pid ?? 0, ...JSON.parse(line) }, stop };
}

/** Part boundaries around which the file is not zero. */
const SEAMS = [PART, SIZE / 2, SIZE - PART];

/** Writes a sparse file, which takes hardly any disk space. */
async function writeSparse(name: string): Promise<void> {
  const file = await open(name, 'w');
  await file.truncate(SIZE);
  for (const seam of SEAMS) await file.write(Buffer.from(`about the seam at ${seam}`), 0, undefined, seam - 8);
  await file.close();
}

async function read(name: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(name);
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
  await file.close();
  return buffer;
}

function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}

/** Returns the ETag of a multipart upload: the MD5 of the parts' MD5s, and the number of parts. */
async function multipartEtag(name: string): Promise<string> {
  const digests = Array<Buffer>(SIZE / PART).fill(md5(Buffer.alloc(PART)));
  for (const seam of SEAMS) {
    for (const start of [seam - PART, seam]) digests[start / PART] = md5(await read(name, start, PART));
  }
  return `"${md5(Buffer.concat(digests)).toString('hex')}-${digests.length}"`;
}

(hasRoom ? describe : describe.skip)('a file of 5 GiB', () => {
  const work = mkdtempSync(path.join(tmpdir(), 'large-object-'));
  afterAll(() => rmSync(work, { recursive: true }));

  test('is uploaded intact by aws s3 cp in parts, with bounded memory of the server', async () => {
    const source = path.join(work, 'source');
    await writeSparse(source);
    const { server, stop } = await startServer(work);
    const { endpoint, accessKeyId, secretAccessKey } = server;
    const client = new S3Client({
      endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    });
    try {
      // Its end shows that the thread that writes has started, which runs before any upload.
      await client.send(new PutObjectCommand({ Bucket: 'b', Key: 'first', Body: Buffer.alloc(1024 ** 2) }));
      const before = residentBytes(server.pid);
      let peak = before;
      const watch = setInterval(() => void (peak = Math.max(peak, residentBytes(server.pid))), 50);
      await promisify(execFile)('aws', ['s3', 'cp', '--only-show-errors', source, 's3://b/large'], {
        env: {
          PATH: process.env['PATH'],
          HOME: work,
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
          AWS_DEFAULT_REGION: 'us-east-1',
          AWS_ENDPOINT_URL: endpoint,
        },
      });
      clearInterval(watch);
      process.stderr.write(`5 GiB added ${Math.round((peak - before) / 1e6)} MB to the server's memory\n`);
      expect(peak - before).toBeLessThan(MAX_ADDED_BYTES);

      const target = { Bucket: 'b', Key: 'large' };
      const head = await client.send(new HeadObjectCommand(target));
      expect(head).toMatchObject({ ContentLength: SIZE, ETag: await multipartEtag(source) });
      for (const seam of SEAMS) {
        const Range = `bytes=${seam - 1000}-${seam + 999}`;
        const { Body, ContentRange } = await client.send(new GetObjectCommand({ ...target, Range }));
        expect(ContentRange).toBe(`bytes ${seam - 1000}-${seam + 999}/${SIZE}`);
        const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
        expect(bytes.equals(await read(source, seam - 1000, 2000))).toBe(true);
      }
    } finally {
      client.destroy();
      await stop();
    }
  }, 600_000);
});
