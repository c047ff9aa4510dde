import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { presign, type Signing, signedFetch } from '../aws-api/sign.ts';
import { type S3Server, startS3 } from './s3-server.ts';

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
  const s3Signing = (): Signing => ({
    endpoint: server.endpoint,
    credentials: server.credentials.operator(),
    service: 's3',
  });
  const get = async (target: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
    await signedFetch(s3Signing(), {
      method,
      path: target,
      headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers },
    });

  test.each(KEYS)('key %j comes back as it was', async (Key) => {
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

  test('a key of more than 1024 bytes is refused', async () => {
    const put = server.client.send(new PutObjectCommand({ Bucket: 'b', Key: 'ä'.repeat(513), Body: 'x' }));
    await expect(put).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });

  test('what a client says of an object comes back with it', async () => {
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

  test('tags are replaced as a whole, and removed', async () => {
    const { client } = server;
    const target = { Bucket: 'b', Key: 'tagged' };
    await client.send(new PutObjectCommand({ ...target, Body: 'x', Tagging: 'old=1' }));
    await client.send(new PutObjectTaggingCommand({ ...target, Tagging: { TagSet: [{ Key: 'new', Value: '<2>' }] } }));
    expect((await client.send(new GetObjectTaggingCommand(target))).TagSet).toEqual([{ Key: 'new', Value: '<2>' }]);
    await client.send(new DeleteObjectTaggingCommand(target));
    expect((await client.send(new GetObjectTaggingCommand(target))).TagSet).toEqual([]);
  });

  test('eleven tags are too many', async () => {
    const TagSet = Array.from({ length: 11 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));
    await server.client.send(new PutObjectCommand({ Bucket: 'b', Key: 'tags', Body: 'x' }));
    const put = server.client.send(new PutObjectTaggingCommand({ Bucket: 'b', Key: 'tags', Tagging: { TagSet } }));
    await expect(put).rejects.toMatchObject({ name: 'InvalidTag' });
  });

  describe('ranges', () => {
    const body = randomBytes(1000);
    beforeAll(async () => {
      await server.client.send(new PutObjectCommand({ Bucket: 'b', Key: 'ranged', Body: body }));
      await server.s3.put({ bucket: 'b', key: 'empty', body: '' });
    });
    test.each([
      ['bytes=0-0', 0, 0],
      ['bytes=10-19', 10, 19],
      ['bytes=990-', 990, 999],
      ['bytes=-5', 995, 999],
      ['bytes=-2000', 0, 999],
      ['bytes=500-5000', 500, 999],
    ])('%s gives bytes %i to %i', async (range, start, end) => {
      const response = await get('/b/ranged', { range });
      expect(response.status).toBe(206);
      expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/1000`);
      expect(response.headers.get('content-length')).toBe(`${end - start + 1}`);
      expect(Buffer.from(await response.arrayBuffer())).toEqual(body.subarray(start, end + 1));
    });
    test.each(['bytes=0-1,5-6', 'bytes=9-5', 'items=0-1', 'bytes=x-y', 'bytes=-'])(
      '%s gives the whole',
      async (range) => {
        const response = await get('/b/ranged', { range });
        expect(response.status).toBe(200);
        expect(Buffer.from(await response.arrayBuffer())).toEqual(body);
      },
    );
    test.each([
      ['/b/ranged', 'bytes=1000-', 1000],
      ['/b/ranged', 'bytes=-0', 1000],
      ['/b/empty', 'bytes=0-', 0],
    ])('%s has nothing at %s', async (target, range, size) => {
      const response = await get(target, { range });
      expect(response.status).toBe(416);
      expect(response.headers.get('content-range')).toBe(`bytes */${size}`);
      expect(await response.text()).toContain('<Code>InvalidRange</Code>');
    });
    test('If-Range with another ETag gives the whole', async () => {
      expect((await get('/b/ranged', { range: 'bytes=0-1', 'if-range': '"other"' })).status).toBe(200);
    });
    test('HEAD answers a range without a body', async () => {
      const response = await get('/b/ranged', { range: 'bytes=0-9' }, 'HEAD');
      expect(response.status).toBe(206);
      expect(response.headers.get('content-length')).toBe('10');
      expect(await response.text()).toBe('');
    });
  });

  describe('conditions', () => {
    const etag = '"9dd4e461268c8034f5c8564e155c67a6"';
    const past = 'Wed, 21 Oct 2015 07:28:00 GMT';
    const future = 'Wed, 21 Oct 2099 07:28:00 GMT';
    beforeAll(async () => {
      await server.client.send(new PutObjectCommand({ Bucket: 'b', Key: 'conditional', Body: 'x' }));
    });
    test.each<[Record<string, string>, number]>([
      [{ 'if-match': etag }, 200],
      [{ 'if-match': '*' }, 200],
      [{ 'if-match': '"other"' }, 412],
      [{ 'if-none-match': '"other"' }, 200],
      [{ 'if-none-match': etag }, 304],
      [{ 'if-modified-since': past }, 200],
      [{ 'if-modified-since': future }, 304],
      [{ 'if-unmodified-since': past }, 412],
      [{ 'if-unmodified-since': future }, 200],
      [{ 'if-match': etag, 'if-unmodified-since': past }, 200],
      [{ 'if-none-match': '"other"', 'if-modified-since': future }, 200],
    ])('GET with %j answers %i', async (headers, status) => {
      expect((await get('/b/conditional', headers)).status).toBe(status);
    });
    test('304 names the object and has no body', async () => {
      const response = await get('/b/conditional', { 'if-none-match': etag });
      expect(response.headers.get('etag')).toBe(etag);
      expect(await response.text()).toBe('');
    });
    test('PUT with If-None-Match: * writes only the first time', async () => {
      const once = { Bucket: 'b', Key: 'once', Body: 'x', IfNoneMatch: '*' };
      const results = await Promise.allSettled([1, 2, 3].map(() => server.client.send(new PutObjectCommand(once))));
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
      await expect(server.client.send(new PutObjectCommand(once))).rejects.toMatchObject({
        name: 'PreconditionFailed',
      });
    });
    test('PUT with If-Match replaces only what the client has seen', async () => {
      const target = { Bucket: 'b', Key: 'seen' };
      const { ETag } = await server.client.send(new PutObjectCommand({ ...target, Body: '1' }));
      await server.client.send(new PutObjectCommand({ ...target, Body: '2', IfMatch: ETag }));
      const stale = server.client.send(new PutObjectCommand({ ...target, Body: '3', IfMatch: ETag }));
      await expect(stale).rejects.toMatchObject({ name: 'PreconditionFailed' });
      const absent = server.client.send(new PutObjectCommand({ Bucket: 'b', Key: 'absent', Body: 'x', IfMatch: ETag }));
      await expect(absent).rejects.toMatchObject({ name: 'NoSuchKey' });
    });
  });

  describe('copies', () => {
    beforeAll(async () => {
      await server.client.send(
        new PutObjectCommand({ Bucket: 'b', Key: 'src +ä', Body: 'data', Metadata: { a: '1' }, Tagging: 't=1' }),
      );
    });
    const CopySource = `b/${encodeURIComponent('src +ä')}`;
    test('keeps what the source has', async () => {
      const copied = await server.client.send(new CopyObjectCommand({ Bucket: 'b', Key: 'dst', CopySource }));
      expect(copied.CopyObjectResult?.ETag).toBe('"8d777f385d3dfec8815d20f7496026dc"');
      const got = await server.client.send(new GetObjectCommand({ Bucket: 'b', Key: 'dst' }));
      expect(await got.Body?.transformToString()).toBe('data');
      expect(got.Metadata).toEqual({ a: '1' });
      expect(got.TagCount).toBe(1);
    });
    test('replaces metadata and tags where told to', async () => {
      await server.client.send(
        new CopyObjectCommand({
          Bucket: 'b',
          Key: 'dst2',
          CopySource,
          MetadataDirective: 'REPLACE',
          Metadata: { b: '2' },
          TaggingDirective: 'REPLACE',
        }),
      );
      const head = await server.client.send(new HeadObjectCommand({ Bucket: 'b', Key: 'dst2' }));
      expect(head.Metadata).toEqual({ b: '2' });
      expect(head.TagCount).toBeUndefined();
    });
    test('survives its source', async () => {
      const target = { Bucket: 'b', Key: 'first' };
      await server.client.send(new PutObjectCommand({ ...target, Body: 'kept' }));
      await server.client.send(new CopyObjectCommand({ Bucket: 'b', Key: 'second', CopySource: 'b/first' }));
      await server.client.send(new DeleteObjectCommand(target));
      const got = await server.client.send(new GetObjectCommand({ Bucket: 'b', Key: 'second' }));
      expect(await got.Body?.transformToString()).toBe('kept');
    });
    test('onto itself without a change is refused', async () => {
      const copy = server.client.send(new CopyObjectCommand({ Bucket: 'b', Key: 'src +ä', CopySource }));
      await expect(copy).rejects.toMatchObject({ name: 'InvalidRequest' });
    });
    test('with a condition that does not hold is refused', async () => {
      const copy = server.client.send(
        new CopyObjectCommand({ Bucket: 'b', Key: 'dst', CopySource, CopySourceIfNoneMatch: '*' }),
      );
      await expect(copy).rejects.toMatchObject({ name: 'PreconditionFailed' });
    });
  });

  test('an object deleted while it is read is read to its end', async () => {
    const body = randomBytes(8 * 1024 * 1024);
    await server.s3.put({ bucket: 'b', key: 'doomed', body });
    const stream = server.s3.readRange('b', 'doomed', undefined, 0, body.length - 1);
    await server.s3.delete({ bucket: 'b', key: 'doomed' });
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(body)).toBe(true);
  });

  test('an upload that breaks off leaves nothing', async () => {
    const files = (): string[] =>
      readdirSync(path.join(server.dir, 's3', 'segments'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name);
    const before = new Set(files());
    const added = (): number => files().filter((name) => !before.has(name)).length;
    const url = await presign(s3Signing(), { method: 'PUT', path: '/b/broken' });
    const upload = http.request(url, { method: 'PUT', headers: { 'content-length': 10_000_000 } });
    upload.on('error', () => undefined);
    upload.write(Buffer.alloc(1_000_000));
    while (added() === 0) await setTimeout(5);
    upload.destroy();
    while (added() > 0) await setTimeout(5);
    await expect(server.s3.getObject({ bucket: 'b', key: 'broken' })).rejects.toMatchObject({ code: 'NoSuchKey' });
  });

  test('errors have S3 codes', async () => {
    const missing = server.client.send(new GetObjectCommand({ Bucket: 'nobody', Key: 'x' }));
    await expect(missing).rejects.toMatchObject({ name: 'NoSuchBucket', $metadata: { httpStatusCode: 404 } });
    const response = await get('/b/%ff');
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<Code>InvalidURI</Code>');
    expect((await get('/b?lifecycle')).status).toBe(501);
  });
});
