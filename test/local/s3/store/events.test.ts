import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { objectCreatedSchema } from '../../../../lambdas/contracts/object-created.ts';
import { S3 } from '../../../../local/s3/s3.ts';
import type { S3Event } from '../../../../local/s3/store/event-outbox.ts';
import { startS3 } from '../../../support/local/s3-server.ts';

async function never(): Promise<void> {
  return await new Promise(() => undefined);
}

/** Returns a promise that resolves at the first call of `done`. */
function eventually(): { done: () => void; reached: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { done: resolve, reached: promise };
}

describe('events', () => {
  test('are published for every way to create an object, in the format of EventBridge', async () => {
    const server = await startS3();
    server.s3.putBucket('b', { versioning: 'Enabled', eventBridge: true });
    server.s3.putBucket('silent');
    const { client } = server;
    await client.send(new PutObjectCommand({ Bucket: 'silent', Key: 'x', Body: 'x' }));
    const Key = 'a +b%41&한글.mp4';
    const put = await client.send(new PutObjectCommand({ Bucket: 'b', Key, Body: 'film' }));
    await client.send(new CopyObjectCommand({ Bucket: 'b', Key: 'copy', CopySource: `b/${encodeURIComponent(Key)}` }));
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: 'b', Key }));
    const { ETag } = await client.send(new UploadPartCommand({ Bucket: 'b', Key, UploadId, PartNumber: 1, Body: 'x' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await client.send(new CompleteMultipartUploadCommand({ Bucket: 'b', Key, UploadId, MultipartUpload }));
    await server.eventsReach(3);

    const [first, second, third] = server.events.map((event) => objectCreatedSchema.parse(event));
    expect([first, second, third].map((event) => event?.detail.reason)).toEqual([
      'PutObject',
      'CopyObject',
      'CompleteMultipartUpload',
    ]);
    expect(first?.detail).toMatchObject({
      bucket: { name: 'b' },
      object: { key: Key, size: 4, etag: put.ETag?.replaceAll('"', ''), 'version-id': put.VersionId },
    });
    expect(server.events[0]).toMatchObject({
      resources: ['arn:aws:s3:::b'],
      detail: { version: '0', requester: '000000000000', 'source-ip-address': '127.0.0.1' },
    });
    expect((first?.detail.object.sequencer ?? '') < (third?.detail.object.sequencer ?? '')).toBe(true);
    await server.close();
  });

  test('state the kind of a deletion', async () => {
    const server = await startS3();
    server.s3.putBucket('b', { versioning: 'Enabled', eventBridge: true });
    const put = await server.client.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x' }));
    await server.client.send(new DeleteObjectCommand({ Bucket: 'b', Key: 'k' }));
    await server.client.send(new DeleteObjectCommand({ Bucket: 'b', Key: 'k', VersionId: put.VersionId }));
    await server.eventsReach(3);
    expect(server.events.slice(1)).toMatchObject([
      { 'detail-type': 'Object Deleted', detail: { 'deletion-type': 'Delete Marker Created', reason: 'DeleteObject' } },
      { detail: { 'deletion-type': 'Permanently Deleted', object: { 'version-id': put.VersionId } } },
    ]);
    await server.close();
  });

  describe('across restarts', () => {
    let dir: string;
    beforeEach(() => {
      dir = mkdtempSync(path.join(tmpdir(), 's3-restart-'));
    });
    afterEach(() => rmSync(dir, { recursive: true, force: true }));

    test('publishes an event after a restart if it was not published before', async () => {
      const first = await S3.open({ dir, publish: never });
      first.putBucket('b', { eventBridge: true });
      await first.put({ bucket: 'b', key: 'k', body: 'x' });
      await first.close();

      const published: S3Event[] = [];
      const { done, reached } = eventually();
      const second = await S3.open({
        dir,
        publish: async (event) => {
          published.push(event);
          done();
        },
      });
      expect(published).toEqual([]);
      second.start();
      await reached;
      expect(published).toMatchObject([{ detail: { object: { key: 'k' } } }]);
      await second.close();

      const third = await S3.open({ dir, publish: async (event) => void published.push(event) });
      third.start();
      await third.put({ bucket: 'b', key: 'later', body: 'x' });
      while (published.length < 2) await setTimeout(5);
      expect(published).toMatchObject([{ detail: { object: { key: 'k' } } }, { detail: { object: { key: 'later' } } }]);
      await third.close();
    });

    test('retries an event that could not be published', async () => {
      const { done, reached } = eventually();
      let attempts = 0;
      const s3 = await S3.open({
        dir,
        publish: async () => {
          attempts += 1;
          if (attempts < 3) throw new Error('EventBridge is not ready');
          done();
        },
      });
      s3.start();
      s3.putBucket('b', { eventBridge: true });
      await s3.put({ bucket: 'b', key: 'k', body: 'x' });
      await reached;
      expect(attempts).toBe(3);
      await s3.close();
    });

    test('increases sequencers of a key, even if it is deleted in between', async () => {
      const published: S3Event[] = [];
      const publish = async (event: S3Event): Promise<void> => void published.push(event);
      for (let run = 0; run < 3; run += 1) {
        const s3 = await S3.open({ dir, publish });
        s3.putBucket('b', { eventBridge: true });
        await s3.put({ bucket: 'b', key: 'k', body: `${run}` });
        await s3.delete({ bucket: 'b', key: 'k' });
        await s3.close();
      }
      const { done, reached } = eventually();
      const s3 = await S3.open({
        dir,
        publish: async (event) => {
          await publish(event);
          if (published.length === 6) done();
        },
      });
      s3.start();
      await reached;
      await s3.close();
      const sequencers = published.map(
        (event) => JSON.stringify(event.detail['object']).match(/"sequencer":"(\w+)"/)?.[1],
      );
      expect(sequencers.every((item, index) => index === 0 || (item ?? '') > (sequencers[index - 1] ?? ''))).toBe(true);
      expect(sequencers).toHaveLength(6);
    });

    test('keeps stored objects and their events, and no partial files, when the process is killed', async () => {
      const files = (): string[] =>
        readdirSync(path.join(dir, 'segments'), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => entry.name);
      const program = `
        import { Readable } from 'node:stream';
        import { S3 } from ${JSON.stringify(pathToFileURL(path.resolve('local/s3/s3.ts')).href)};
        const s3 = await S3.open({ dir: ${JSON.stringify(dir)}, publish: () => new Promise(() => undefined) });
        s3.putBucket('b', { versioning: 'Enabled', eventBridge: true });
        s3.start();
        await s3.put({ bucket: 'b', key: 'k', body: 'kept', metadata: { a: '1' } });
        async function* half() { yield Buffer.alloc(1_000_000); await new Promise(() => setInterval(() => undefined, 1000)); }
        await s3.put({ bucket: 'b', key: 'half', body: Readable.from(half()) });
      `;
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'inherit' });
      const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
      while (!existsSync(path.join(dir, 'segments')) || files().length < 2) await setTimeout(10);
      child.kill('SIGKILL');
      expect(await ended).toBe('SIGKILL');

      const { done, reached } = eventually();
      const s3 = await S3.open({ dir, publish: async () => done() });
      expect(files()).toHaveLength(1);
      const object = await s3.getObject({ bucket: 'b', key: 'k' });
      expect(await text(object.stream())).toBe('kept');
      expect(object.metadata).toEqual({ a: '1' });
      await expect(s3.getObject({ bucket: 'b', key: 'half' })).rejects.toMatchObject({ code: 'NoSuchKey' });
      s3.start();
      await reached;
      await s3.close();
    });
  });
});
