import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { type S3Server, startS3 } from '../../support/local/s3-server.ts';

const MIB = 1024 * 1024;

/** Mount point of a file system of 24 MiB, which only root may mount. */
const small = mkdtempSync(path.join(tmpdir(), 's3-small-disk-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', small]).status === 0;
if (!mounted) {
  process.stderr.write('A small disk could not be mounted: the tests of a full disk are skipped.\n');
  rmdirSync(small);
}

(mounted ? describe : describe.skip)('a full disk', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3(small);
    server.s3.putBucket('b', { eventBridge: true });
  });
  afterAll(async () => {
    await server.stop();
    spawnSync('umount', [small]);
    rmdirSync(small);
  });

  const put = (Key: string, Body: Buffer) => server.client.send(new PutObjectCommand({ Bucket: 'b', Key, Body }));
  const full = { name: 'InternalError', message: expect.stringContaining('full'), $metadata: { httpStatusCode: 500 } };

  test('rejects an upload that does not fit, keeps existing objects and still accepts smaller ones', async () => {
    const kept = randomBytes(8 * MIB);
    await put('kept', kept);
    const before = server.files();
    for (const round of [1, 2, 3]) {
      await expect(put(round === 1 ? 'kept' : 'new', randomBytes(20 * MIB))).rejects.toMatchObject(full);
    }
    const upload = { Bucket: 'b', Key: 'parts' };
    const { UploadId } = await server.client.send(new CreateMultipartUploadCommand(upload));
    const part = new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: randomBytes(20 * MIB) });
    await expect(server.client.send(part)).rejects.toMatchObject(full);
    await server.client.send(new AbortMultipartUploadCommand({ ...upload, UploadId }));

    expect(server.files()).toEqual(before);
    const got = await server.client.send(new GetObjectCommand({ Bucket: 'b', Key: 'kept' }));
    expect(kept.equals(Buffer.from((await got.Body?.transformToByteArray()) ?? []))).toBe(true);
    await put('small', randomBytes(MIB));
    await server.eventsReach(2);
    expect(server.events.map(({ detail }) => detail)).toMatchObject([
      { object: { key: 'kept' } },
      { object: { key: 'small' } },
    ]);
  });

  test('rejects writes and deletions of empty objects without space for their records', async () => {
    await put('recorded', Buffer.from('x'));
    const filler = path.join(small, 'filler');
    for (let size = MIB; size >= 1; size /= 2) {
      try {
        for (;;) appendFileSync(filler, Buffer.alloc(size));
      } catch {
        // Smaller chunks may still fit.
      }
    }
    await expect(put('empty', Buffer.alloc(0))).rejects.toMatchObject(full);
    const remove = new DeleteObjectCommand({ Bucket: 'b', Key: 'recorded' });
    await expect(server.client.send(remove)).rejects.toMatchObject(full);
    expect(await server.s3.getObject({ bucket: 'b', key: 'recorded' })).toMatchObject({ sizeBytes: 1 });
    await expect(server.s3.getObject({ bucket: 'b', key: 'empty' })).rejects.toMatchObject({ code: 'NoSuchKey' });
    rmSync(filler);
    await put('empty', Buffer.alloc(0));
    await server.client.send(remove);
  });
});
