import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { EdgeFixture } from '../../support/local/edge-fixture.ts';

let edge: EdgeFixture;

beforeEach(async () => {
  edge = await EdgeFixture.start();
});
afterEach(async () => {
  await edge.stop();
  // oxlint-disable-next-line jest/no-standalone-expect -- no test may make the edge itself fail
  expect(edge.errors).toEqual([]);
});

const MiB = 1024 * 1024;

function later(seconds: number) {
  edge.now = new Date(edge.now.getTime() + seconds * 1000);
}

async function cacheOf(path: string, headers?: Record<string, string>) {
  return (await edge.get(path, headers)).headers['x-cache'];
}

describe.each([
  ['copied', false],
  ['linked', true],
])('media from the bucket, %s to the cache', (_name, linksFiles) => {
  beforeEach(async () => {
    edge.linksFiles = linksFiles;
    await edge.distribution();
  });

  test('is fetched once and then served from the cache, with its age', async () => {
    edge.put('a.mp4', 'media');
    const first = await edge.get('/a.mp4');
    expect(first).toMatchObject({
      status: 200,
      headers: { 'x-cache': 'Miss from cloudfront', 'content-type': 'video/mp4', etag: '"a.mp4"' },
    });
    expect(first.headers.age).toBeUndefined();
    later(60);
    const second = await edge.get('/a.mp4');
    expect(second.headers).toMatchObject({ 'x-cache': 'Hit from cloudfront', age: '60', 'content-length': '5' });
    expect(second.body.toString()).toBe('media');
    expect(edge.bucketReads).toHaveLength(1);
  });

  test('a range of a large file fetches only the blocks that it covers, each once', async () => {
    const body = randomBytes(5 * MiB + 100);
    edge.put('big.mp4', body);
    const middle = await edge.get('/big.mp4', { range: `bytes=${2 * MiB - 10}-${2 * MiB + 9}` });
    expect(middle.status).toBe(206);
    expect(middle.headers['content-range']).toBe(`bytes ${2 * MiB - 10}-${2 * MiB + 9}/${body.length}`);
    expect(middle.body.equals(body.subarray(2 * MiB - 10, 2 * MiB + 10))).toBe(true);
    expect(edge.bucketReads).toEqual([{ key: 'big.mp4', start: MiB, end: 3 * MiB - 1 }]);
    const whole = await edge.get('/big.mp4');
    expect(whole.body.equals(body)).toBe(true);
    const read = edge.bucketReads.reduce((sum, { start, end }) => sum + end - start + 1, 0);
    expect(read).toBe(body.length);
  });

  test.each([
    ['bytes=0-0', 206, 'bytes 0-0/10', '0'],
    ['bytes=5-', 206, 'bytes 5-9/10', '56789'],
    ['bytes=-3', 206, 'bytes 7-9/10', '789'],
    ['bytes=-100', 206, 'bytes 0-9/10', '0123456789'],
    ['bytes=8-100', 206, 'bytes 8-9/10', '89'],
    ['bytes=10-', 416, 'bytes */10', ''],
    ['bytes=-0', 416, 'bytes */10', ''],
    ['bytes=5-2', 200, undefined, '0123456789'],
    ['bytes=0-1,3-4', 200, undefined, '0123456789'],
    ['lines=0-1', 200, undefined, '0123456789'],
    ['bytes=-', 200, undefined, '0123456789'],
  ])('Range: %s responds %i, before and after caching', async (range, status, contentRange, body) => {
    edge.put('ten.mp4', '0123456789');
    for (const _ of ['miss', 'hit']) {
      const response = await edge.get('/ten.mp4', { range });
      expect([response.status, response.headers['content-range'], response.body.toString()]).toEqual([
        status,
        contentRange,
        body,
      ]);
    }
  });

  test('If-Range returns the range of the same object, or else the whole object', async () => {
    edge.put('a.mp4', '0123456789');
    const part = (condition: string) => edge.get('/a.mp4', { range: 'bytes=0-1', 'if-range': condition });
    expect((await part('"a.mp4"')).status).toBe(206);
    expect((await part('"other"')).status).toBe(200);
    expect((await part('W/"a.mp4"')).status).toBe(200);
    expect((await part('Thu, 01 Jan 2026 00:00:00 GMT')).status).toBe(206);
    expect((await part('Thu, 01 Jan 2025 00:00:00 GMT')).status).toBe(200);
  });

  test('a viewer with a current copy gets 304', async () => {
    edge.put('a.mp4', 'media');
    const response = await edge.get('/a.mp4', { 'if-none-match': '"x", W/"a.mp4"' });
    expect(response).toMatchObject({ status: 304, headers: { etag: '"a.mp4"' } });
    expect(response.body).toHaveLength(0);
    expect((await edge.get('/a.mp4', { 'if-none-match': '"x"' })).status).toBe(200);
    expect((await edge.get('/a.mp4', { 'if-modified-since': 'Fri, 02 Jan 2026 00:00:00 GMT' })).status).toBe(304);
    expect((await edge.get('/a.mp4', { 'if-modified-since': 'Wed, 31 Dec 2025 00:00:00 GMT' })).status).toBe(200);
  });

  test('HEAD has the headers of GET and fetches no body', async () => {
    edge.put('a.mp4', 'media');
    const head = await edge.get('/a.mp4', {}, 'HEAD');
    expect(head).toMatchObject({ status: 200, headers: { 'content-length': '5', etag: '"a.mp4"' } });
    expect(head.body).toHaveLength(0);
    expect(edge.bucketReads).toHaveLength(0);
    expect((await edge.get('/a.mp4')).body.toString()).toBe('media');
  });

  test('an empty file is served', async () => {
    edge.put('empty.mp4', '');
    expect(await edge.get('/empty.mp4')).toMatchObject({ status: 200, headers: { 'content-length': '0' } });
    expect((await edge.get('/empty.mp4', { range: 'bytes=0-' })).status).toBe(416);
  });

  test('an expired object is revalidated, and fetched only if it changed', async () => {
    edge.put('a.mp4', 'old', { headers: { 'cache-control': 'max-age=60' } });
    await edge.get('/a.mp4');
    later(59);
    expect(await cacheOf('/a.mp4')).toBe('Hit from cloudfront');
    later(2);
    expect(await cacheOf('/a.mp4')).toBe('RefreshHit from cloudfront');
    expect(edge.bucketReads).toHaveLength(1);
    edge.put('a.mp4', 'new', { etag: '"2"', headers: { 'cache-control': 'max-age=60' } });
    later(61);
    const changed = await edge.get('/a.mp4');
    expect(changed.body.toString()).toBe('new');
    expect(changed.headers['x-cache']).toBe('Miss from cloudfront');
  });

  test('an object replaced during a fetch is never mixed with its old version', async () => {
    edge.put('big.mp4', Buffer.alloc(3 * MiB, 'o'));
    await edge.get('/big.mp4', { range: 'bytes=0-9' });
    edge.put('big.mp4', Buffer.alloc(3 * MiB, 'n'), { etag: '"2"' });
    await expect(edge.get('/big.mp4')).rejects.toThrow(/aborted|socket hang up/);
    edge.errors.length = 0;
    const again = await edge.get('/big.mp4');
    expect(again.body.equals(Buffer.alloc(3 * MiB, 'n'))).toBe(true);
  });

  test('serves only the requested ranges of a removed object', async () => {
    const body = randomBytes(3 * MiB);
    edge.put('big.mp4', body);
    const first = { range: `bytes=0-${MiB - 1}` };
    await edge.get('/big.mp4', first);
    edge.objects.delete('big.mp4');
    expect((await edge.get('/big.mp4', first)).body.equals(body.subarray(0, MiB))).toBe(true);
    await expect(edge.get('/big.mp4', { range: `bytes=${MiB}-` })).rejects.toThrow(/aborted|socket hang up/);
    expect((await edge.get('/big.mp4', first)).status).toBe(403);
    edge.errors.length = 0;
  });

  test('simultaneous viewers cause one fetch', async () => {
    edge.put('a.mp4', randomBytes(3 * MiB));
    const responses = await Promise.all(Array.from({ length: 8 }, () => edge.get('/a.mp4')));
    expect(new Set(responses.map(({ body }) => createHash('md5').update(body).digest('hex'))).size).toBe(1);
    expect(edge.bucketReads).toHaveLength(1);
  });

  test('a slow viewer neither makes the edge fetch far ahead nor delays a fast one', async () => {
    const body = randomBytes(40 * MiB);
    edge.put('big.mp4', body);
    const request = httpRequest({ host: '127.0.0.1', port: edge.port, path: '/big.mp4', agent: false }).end();
    const [slow] = (await once(request, 'response')) as [IncomingMessage];
    slow.pause();
    const hasty = await edge.get('/big.mp4', { range: `bytes=${39 * MiB}-` });
    expect(hasty.body.equals(body.subarray(39 * MiB))).toBe(true);
    const fetched = edge.bucketReads
      .filter(({ start }) => start < 39 * MiB)
      .reduce((sum, { start, end }) => sum + end - start + 1, 0);
    expect(fetched).toBeLessThan(30 * MiB);
    slow.destroy();
  });

  test('a viewer that disconnects does not affect the others', async () => {
    edge.put('big.mp4', randomBytes(20 * MiB));
    const request = httpRequest({ host: '127.0.0.1', port: edge.port, path: '/big.mp4', agent: false }).end();
    const [leaving] = (await once(request, 'response')) as [IncomingMessage];
    await once(leaving, 'data');
    leaving.destroy();
    const { body } = await edge.get('/big.mp4');
    expect(body.equals(edge.objects.get('big.mp4')?.body ?? Buffer.of())).toBe(true);
    // Blocks fetched for the first viewer are not fetched again.
    expect(edge.bucketReads.reduce((sum, { start, end }) => sum + end - start + 1, 0)).toBe(body.length);
  });

  test('a viewer reads a file to its end even if it is invalidated', async () => {
    const body = randomBytes(12 * MiB);
    edge.put('big.mp4', body);
    await edge.get('/big.mp4');
    const request = httpRequest({ host: '127.0.0.1', port: edge.port, path: '/big.mp4', agent: false }).end();
    const [reading] = (await once(request, 'response')) as [IncomingMessage];
    edge.cloudFront.invalidate(edge.ref('Distribution'), ['/*']);
    edge.put('big.mp4', 'another', { etag: '"another"' });
    expect((await edge.get('/big.mp4')).body.toString()).toBe('another');
    const read: Buffer[] = await reading.toArray();
    expect(Buffer.concat(read).equals(body)).toBe(true);
  });

  test('simultaneous viewers of several files get the right bytes', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `${index}.mp4`);
    for (const name of names) edge.put(name, randomBytes(3 * MiB));
    const bytesOf = (name: string) => edge.objects.get(name)?.body ?? Buffer.of();
    const viewers = [...names, ...names, ...names].map(async (name, index) => {
      const start = index * 1000;
      const { body } = await edge.get(`/${name}`, { range: `bytes=${start}-` });
      return body.equals(bytesOf(name).subarray(start));
    });
    expect(await Promise.all(viewers)).toEqual(viewers.map(() => true));
  });

  test('keys with spaces and non-Latin characters are decoded', async () => {
    edge.put('v/한글 clip+1%.mp4', 'utf-8', { etag: '"1"' });
    expect((await edge.get(`/v/${encodeURIComponent('한글 clip+1%.mp4')}`)).body.toString()).toBe('utf-8');
    expect((await edge.get('/v/%zz')).status).toBe(400);
  });
});

describe('access to the bucket', () => {
  beforeEach(() => edge.distribution());

  test('gives unpublished and missing objects the same error', async () => {
    edge.put('secret.mp4', 'x', { tags: {} });
    edge.put('half.mp4', 'x', { tags: { 'sluice:published': 'false' } });
    const [missing, secret, half] = await Promise.all(
      ['/missing.mp4', '/secret.mp4', '/half.mp4'].map((path) => edge.get(path)),
    );
    expect(missing?.status).toBe(403);
    expect(secret?.body).toEqual(missing?.body);
    expect(half?.body).toEqual(missing?.body);
  });

  test('is denied without a policy, or with one for another distribution', async () => {
    edge.put('a.mp4', 'x');
    const policy = edge.policy;
    edge.policy = undefined;
    expect((await edge.get('/a.mp4')).status).toBe(403);
    edge.policy = JSON.parse(JSON.stringify(policy).replaceAll('distribution/E', 'distribution/X')) as unknown;
    later(60);
    expect((await edge.get('/a.mp4')).status).toBe(403);
    edge.policy = policy;
    later(60);
    expect((await edge.get('/a.mp4')).status).toBe(200);
  });

  test('caches an error for ten seconds', async () => {
    expect((await edge.get('/late.mp4')).status).toBe(403);
    edge.put('late.mp4', 'published');
    later(9);
    expect((await edge.get('/late.mp4')).status).toBe(403);
    later(2);
    expect((await edge.get('/late.mp4')).status).toBe(200);
  });

  test('fetches again after an invalidation, for that path only', async () => {
    for (const key of ['v/1/a.mp4', 'v/2/a.mp4']) edge.put(key, 'old');
    await Promise.all([edge.get('/v/1/a.mp4'), edge.get('/v/2/a.mp4')]);
    for (const key of ['v/1/a.mp4', 'v/2/a.mp4']) edge.put(key, 'gone', { tags: {} });
    edge.cloudFront.invalidate(edge.ref('Distribution'), ['/v/1/*']);
    expect((await edge.get('/v/1/a.mp4')).status).toBe(403);
    expect((await edge.get('/v/2/a.mp4')).body.toString()).toBe('old');
  });
});

test('the cache evicts the least recently used objects beyond its size', async () => {
  await edge.stop();
  edge = await EdgeFixture.start({ maxCacheBytes: 2 * MiB });
  await edge.distribution();
  for (const name of ['a', 'b', 'c']) edge.put(`${name}.mp4`, Buffer.alloc(MiB, name));
  await edge.get('/a.mp4');
  await edge.get('/b.mp4');
  await edge.get('/a.mp4');
  await edge.get('/c.mp4');
  expect(await cacheOf('/a.mp4')).toBe('Hit from cloudfront');
  expect(await cacheOf('/b.mp4')).toBe('Miss from cloudfront');
});
