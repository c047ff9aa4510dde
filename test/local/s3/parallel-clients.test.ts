import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { setTimeout } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { presign } from '../../support/local/sign-request.ts';
import { type S3Server, startS3 } from '../../support/local/s3-server.ts';

const CLIENTS = 200;

describe(`${CLIENTS} simultaneous clients`, () => {
  let server: S3Server;
  let clients: S3Client[];
  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('b', { eventBridge: true });
    clients = Array.from(
      { length: CLIENTS },
      () =>
        new S3Client({
          endpoint: server.endpoint,
          region: 'us-east-1',
          forcePathStyle: true,
          credentials: server.credentials.operator(),
        }),
    );
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await server.close();
  });

  const etagOf = (bytes: Uint8Array): string => `"${createHash('md5').update(bytes).digest('hex')}"`;
  const bodyOf = async (client: S3Client, Key: string): Promise<{ ETag: string | undefined; bytes: Buffer }> => {
    const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: 'b', Key }));
    return { ETag, bytes: Buffer.from((await Body?.transformToByteArray()) ?? []) };
  };
  /** Starts to send `key`, and continues only on request. */
  const stall = async (key: string, body: Buffer) => {
    const url = await presign(server.signing, { method: 'PUT', path: `/b/${key}` });
    const request = http.request(url, { method: 'PUT', headers: { 'content-length': body.length } });
    request.on('error', () => undefined);
    const before = server.files().length;
    request.write(body.subarray(0, body.length / 2));
    while (server.files().length === before) await setTimeout(5);
    return request;
  };

  test('write, read, list and delete their own objects despite a stalled and a disconnected client', async () => {
    const slow = randomBytes(600_000);
    const stalled = await stall('slow', slow);
    const leaving = await stall('left', slow);
    const kept = await Promise.all(
      clients.map(async (client, index) => {
        const Key = `own/${index}`;
        const body = randomBytes(1 + ((index * 7919) % 50_000));
        const { ETag } = await client.send(new PutObjectCommand({ Bucket: 'b', Key, Body: body }));
        expect(ETag).toBe(etagOf(body));
        const got = await bodyOf(client, Key);
        expect(got.ETag).toBe(ETag);
        expect(got.bytes.equals(body)).toBe(true);
        const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: 'b', Prefix: Key }));
        expect(Contents?.find((item) => item.Key === Key)).toMatchObject({ ETag, Size: body.length });
        if (index % 2 === 0) return Key;
        await client.send(new DeleteObjectCommand({ Bucket: 'b', Key }));
        await expect(client.send(new HeadObjectCommand({ Bucket: 'b', Key }))).rejects.toMatchObject({
          name: 'NotFound',
        });
        return undefined;
      }),
    );
    const listed: string[] = [];
    for await (const item of server.s3.list({ bucket: 'b' })) listed.push(item.key);
    expect(listed.toSorted()).toEqual(kept.filter((key) => key !== undefined).toSorted());

    const files = server.files().length;
    leaving.destroy();
    while (server.files().length === files) await setTimeout(5);
    stalled.end(slow.subarray(slow.length / 2));
    const [response] = (await once(stalled, 'response')) as [http.IncomingMessage];
    response.resume();
    expect(response.headers.etag).toBe(etagOf(slow));
    await expect(server.s3.getObject({ bucket: 'b', key: 'left' })).rejects.toMatchObject({ code: 'NoSuchKey' });
    await server.eventsReach(CLIENTS + CLIENTS / 2 + 1);
    expect(server.events).toHaveLength(CLIENTS + CLIENTS / 2 + 1);
  });

  test('write one key, while readers get one complete body', async () => {
    const bodies = clients.map((_, index) => Buffer.alloc(20_000 + index, index));
    const etags = new Set(bodies.map(etagOf));
    await clients[0]?.send(new PutObjectCommand({ Bucket: 'b', Key: 'shared', Body: bodies[0] }));
    await Promise.all(
      clients.map(async (client, index) => {
        const Body = bodies[index] ?? Buffer.alloc(0);
        const [put, got] = await Promise.all([
          client.send(new PutObjectCommand({ Bucket: 'b', Key: 'shared', Body })),
          bodyOf(client, 'shared'),
        ]);
        expect(put.ETag).toBe(etagOf(Body));
        expect(etags).toContain(got.ETag);
        expect(etagOf(got.bytes)).toBe(got.ETag);
      }),
    );
    const last = await bodyOf(server.client, 'shared');
    expect(etagOf(last.bytes)).toBe(last.ETag);
    // Replaced bodies have been removed: the remaining files belong to objects.
    let objects = 0;
    for await (const item of server.s3.list({ bucket: 'b' })) objects += item.sizeBytes > 0 ? 1 : 0;
    expect(server.files()).toHaveLength(objects);
  });
});
