import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { setTimeout } from 'node:timers/promises';
import {
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { presign } from '../../support/local/sign-request.ts';
import { codeOf, type S3Server, startS3 } from '../../support/local/s3-server.ts';

const KEYS = [
  'plain',
  'a//b',
  'trailing/',
  '../../etc/passwd',
  './.',
  'with space + plus & ampersand',
  'percent%41 100% ?#[]@!$\'()*,;="<>',
  '영상/한국어 파일.mp4',
  '🎬🍿',
  'ctl\u0001\ttab\nline\rreturn',
  '%2e%2e/%00',
  '__proto__',
  'ä'.repeat(512),
];

describe('objects', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('b');
  });
  afterAll(async () => await server.close());

  test.each(KEYS)('preserve the key %j', async (Key) => {
    const { client } = server;
    await client.send(new PutObjectCommand({ Bucket: 'b', Key, Body: `of ${Key}` }));
    const got = await client.send(new GetObjectCommand({ Bucket: 'b', Key }));
    expect(await got.Body?.transformToString()).toBe(`of ${Key}`);
    const listed = await client.send(new ListObjectsV2Command({ Bucket: 'b', Prefix: Key, EncodingType: 'url' }));
    expect(listed.Contents?.map((item) => decodeURIComponent(item.Key ?? ''))).toContain(Key);
    const deleted = await client.send(new DeleteObjectsCommand({ Bucket: 'b', Delete: { Objects: [{ Key }] } }));
    expect(deleted.Deleted).toEqual([{ Key }]);
    await expect(client.send(new GetObjectCommand({ Bucket: 'b', Key }))).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('reject a key of more than 1024 bytes', async () => {
    const put = server.client.send(new PutObjectCommand({ Bucket: 'b', Key: 'ä'.repeat(513), Body: 'x' }));
    await expect(put).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });

  test('return the headers and metadata they were stored with', async () => {
    const { client } = server;
    await client.send(
      new PutObjectCommand({
        Bucket: 'b',
        Key: 'described',
        Body: 'x',
        ContentType: 'video/mp4',
        CacheControl: 'max-age=1',
        ContentDisposition: 'attachment; filename="a.mp4"',
        ContentLanguage: 'ko',
        ContentEncoding: 'gzip',
        Metadata: { camera: 'one' },
        Tagging: 'kind=raw&state=a%26b',
      }),
    );
    const head = await client.send(new HeadObjectCommand({ Bucket: 'b', Key: 'described' }));
    expect(head).toMatchObject({
      ContentType: 'video/mp4',
      CacheControl: 'max-age=1',
      ContentDisposition: 'attachment; filename="a.mp4"',
      ContentLanguage: 'ko',
      ContentEncoding: 'gzip',
      Metadata: { camera: 'one' },
      ContentLength: 1,
      ETag: '"9dd4e461268c8034f5c8564e155c67a6"',
    });
    const { TagSet } = await client.send(new GetObjectTaggingCommand({ Bucket: 'b', Key: 'described' }));
    expect(TagSet).toEqual([
      { Key: 'kind', Value: 'raw' },
      { Key: 'state', Value: 'a&b' },
    ]);
  });

  test('replace and remove all tags', async () => {
    const { client } = server;
    const target = { Bucket: 'b', Key: 'tagged' };
    await client.send(new PutObjectCommand({ ...target, Body: 'x', Tagging: 'old=1' }));
    await client.send(new PutObjectTaggingCommand({ ...target, Tagging: { TagSet: [{ Key: 'new', Value: '<2>' }] } }));
    expect((await client.send(new GetObjectTaggingCommand(target))).TagSet).toEqual([{ Key: 'new', Value: '<2>' }]);
    await client.send(new DeleteObjectTaggingCommand(target));
    expect((await client.send(new GetObjectTaggingCommand(target))).TagSet).toEqual([]);
  });

  test('reject eleven tags', async () => {
    const TagSet = Array.from({ length: 11 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));
    await server.client.send(new PutObjectCommand({ Bucket: 'b', Key: 'tags', Body: 'x' }));
    const put = server.client.send(new PutObjectTaggingCommand({ Bucket: 'b', Key: 'tags', Tagging: { TagSet } }));
    await expect(put).rejects.toMatchObject({ name: 'InvalidTag' });
  });

  test('remain readable to the end if deleted while being read', async () => {
    const body = randomBytes(8 * 1024 * 1024);
    await server.s3.put({ bucket: 'b', key: 'doomed', body });
    const stream = (await server.s3.getObject({ bucket: 'b', key: 'doomed' })).stream();
    await server.s3.delete({ bucket: 'b', key: 'doomed' });
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(body)).toBe(true);
  });

  test('leave no files if their upload is interrupted', async () => {
    const before = new Set(server.files());
    const added = (): number => server.files().filter((name) => !before.has(name)).length;
    const url = await presign(server.signing, { method: 'PUT', path: '/b/broken' });
    const upload = http.request(url, { method: 'PUT', headers: { 'content-length': 10_000_000 } });
    upload.on('error', () => undefined);
    upload.write(Buffer.alloc(1_000_000));
    while (added() === 0) await setTimeout(5);
    upload.destroy();
    while (added() > 0) await setTimeout(5);
    await expect(server.s3.getObject({ bucket: 'b', key: 'broken' })).rejects.toMatchObject({ code: 'NoSuchKey' });
  });

  test('report errors with the codes of S3', async () => {
    const missing = server.client.send(new GetObjectCommand({ Bucket: 'missing', Key: 'x' }));
    await expect(missing).rejects.toMatchObject({ name: 'NoSuchBucket', $metadata: { httpStatusCode: 404 } });
    const response = await server.fetch({ method: 'GET', path: '/b/%ff' });
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe('InvalidURI');
    expect((await server.fetch({ method: 'GET', path: '/b?lifecycle' })).status).toBe(501);
  });
});
