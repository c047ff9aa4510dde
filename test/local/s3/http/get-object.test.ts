import { randomBytes } from 'node:crypto';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { codeOf, type S3Server, startS3 } from '../../../support/local/s3-server.ts';

const PAST = 'Wed, 21 Oct 2015 07:28:00 GMT';
const FUTURE = 'Wed, 21 Oct 2099 07:28:00 GMT';

describe('reads', () => {
  const body = randomBytes(1000);
  let server: S3Server;
  let etag: string;
  let modified: string;
  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('b');
    await server.client.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: body }));
    await server.s3.put({ bucket: 'b', key: 'empty', body: '' });
    const head = await server.client.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' }));
    etag = head.ETag ?? '';
    modified = head.LastModified?.toUTCString() ?? '';
  });
  afterAll(async () => await server.close());

  const read = (headers: Record<string, string>, path = '/b/k', method = 'GET') =>
    server.fetch({ method, path, headers });
  const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

  describe('of a range', () => {
    test.each([
      ['bytes=0-0', 0, 0],
      ['bytes=10-19', 10, 19],
      ['bytes=999-999', 999, 999],
      ['bytes=990-', 990, 999],
      ['bytes=-1', 999, 999],
      ['bytes=-5', 995, 999],
      ['bytes=-2000', 0, 999],
      ['bytes=500-5000', 500, 999],
      ['Bytes = 1 - 2', 1, 2],
      [`bytes=0-${'9'.repeat(400)}`, 0, 999],
    ])('%s returns bytes %i to %i', async (range, start, end) => {
      const response = await read({ range });
      expect(response.status).toBe(206);
      expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/1000`);
      expect(response.headers.get('content-length')).toBe(`${end - start + 1}`);
      expect(await bytesOf(response)).toEqual(body.subarray(start, end + 1));
    });

    test.each(['bytes=0-1,5-6', 'bytes=0-1,2-3,-1', 'bytes=9-5', 'items=0-1', 'bytes=x-y', 'bytes=-', 'bytes=', '0-1'])(
      '%s returns the whole object, as S3 does for several or malformed ranges',
      async (range) => {
        const response = await read({ range });
        expect(response.status).toBe(200);
        expect(response.headers.get('content-range')).toBeNull();
        expect(await bytesOf(response)).toEqual(body);
      },
    );

    test.each([
      ['/b/k', 'bytes=1000-', 1000],
      ['/b/k', 'bytes=1000-2000', 1000],
      ['/b/k', `bytes=${'9'.repeat(400)}-`, 1000],
      ['/b/k', 'bytes=-0', 1000],
      ['/b/empty', 'bytes=0-', 0],
      ['/b/empty', 'bytes=-5', 0],
    ])('%s has no bytes at %s', async (path, range, size) => {
      const response = await read({ range }, path);
      expect(response.status).toBe(416);
      expect(response.headers.get('content-range')).toBe(`bytes */${size}`);
      expect(await codeOf(response)).toBe('InvalidRange');
    });

    test.each<[string, () => string, number]>([
      ['the ETag', () => etag, 206],
      ['another ETag', () => '"other"', 200],
      ['the ETag as a weak one, which does not identify bytes', () => `W/${etag}`, 200],
      ['the time of the object', () => modified, 206],
      ['an earlier time', () => PAST, 200],
      ['a later time', () => FUTURE, 200],
      ['neither an ETag nor a time', () => 'yesterday', 200],
    ])('If-Range with %s', async (_case, ifRange, status) => {
      const response = await read({ range: 'bytes=0-1', 'if-range': ifRange() });
      expect(response.status).toBe(status);
      expect(await bytesOf(response)).toHaveLength(status === 206 ? 2 : 1000);
    });

    test('HEAD has no body, even for an unsatisfiable range', async () => {
      const response = await read({ range: 'bytes=0-9' }, '/b/k', 'HEAD');
      expect(response.status).toBe(206);
      expect(response.headers.get('content-length')).toBe('10');
      expect(await response.text()).toBe('');
      expect((await read({ range: 'bytes=1000-' }, '/b/k', 'HEAD')).status).toBe(416);
    });

    test('rejects a range together with a part number', async () => {
      const response = await read({ range: 'bytes=0-1' }, '/b/k?partNumber=1');
      expect(response.status).toBe(400);
      expect(await codeOf(response)).toBe('InvalidRequest');
      expect(await codeOf(await read({}, '/b/k?partNumber=2'))).toBe('InvalidPartNumber');
      expect(await codeOf(await read({}, '/b/k?partNumber=0'))).toBe('InvalidArgument');
    });
  });

  describe('under conditions', () => {
    const ETAG = 'the ETag';
    const WHEN = 'when it was written';
    test.each<[Record<string, string>, number]>([
      [{ 'if-match': ETAG }, 200],
      [{ 'if-match': '*' }, 200],
      [{ 'if-match': '"other"' }, 412],
      [{ 'if-match': `"other", ${ETAG}` }, 200],
      [{ 'if-none-match': '"other"' }, 200],
      [{ 'if-none-match': ETAG }, 304],
      [{ 'if-none-match': '*' }, 304],
      [{ 'if-none-match': `"other", ${ETAG}` }, 304],
      [{ 'if-modified-since': PAST }, 200],
      [{ 'if-modified-since': WHEN }, 304],
      [{ 'if-modified-since': FUTURE }, 304],
      [{ 'if-modified-since': 'no date' }, 200],
      [{ 'if-unmodified-since': PAST }, 412],
      [{ 'if-unmodified-since': WHEN }, 200],
      [{ 'if-unmodified-since': FUTURE }, 200],
      [{ 'if-unmodified-since': 'no date' }, 200],
      // An ETag takes precedence over a time.
      [{ 'if-match': ETAG, 'if-unmodified-since': PAST }, 200],
      [{ 'if-match': '"other"', 'if-unmodified-since': FUTURE }, 412],
      [{ 'if-none-match': '"other"', 'if-modified-since': FUTURE }, 200],
      [{ 'if-none-match': ETAG, 'if-modified-since': PAST }, 304],
      // Preconditions are evaluated before conditions for cached copies.
      [{ 'if-match': '"other"', 'if-none-match': ETAG }, 412],
      [{ 'if-match': ETAG, 'if-none-match': ETAG }, 304],
      [{ 'if-unmodified-since': PAST, 'if-none-match': ETAG }, 412],
      [{ 'if-match': '"other"', range: 'bytes=5000-' }, 412],
      [{ 'if-none-match': ETAG, range: 'bytes=0-1' }, 304],
      [{ 'if-match': ETAG, range: 'bytes=0-1' }, 206],
    ])('%j responds %i', async (given, status) => {
      const headers = Object.fromEntries(
        Object.entries(given).map(([name, value]) => [name, value.replace(ETAG, etag).replace(WHEN, modified)]),
      );
      for (const method of ['GET', 'HEAD']) {
        const response = await read(headers, '/b/k', method);
        expect(response.status).toBe(status);
        const failed = method === 'GET' && status === 412 ? 'PreconditionFailed' : undefined;
        expect(await codeOf(response)).toBe(failed);
      }
    });

    test('304 has the ETag and no body', async () => {
      const response = await read({ 'if-none-match': etag });
      expect(response.headers.get('etag')).toBe(etag);
      expect(response.headers.get('last-modified')).toBe(modified);
      expect(await response.text()).toBe('');
    });
  });
});
