import { PassThrough, Readable } from 'node:stream';
import { EdgeFixture, functionResponse } from '../../support/local/edge-fixture.ts';

let edge: EdgeFixture;

beforeEach(async () => {
  edge = await EdgeFixture.start();
});
afterEach(async () => {
  await edge.stop();
  // oxlint-disable-next-line jest/no-standalone-expect -- no test may make the edge itself fail
  expect(edge.errors).toEqual([]);
});

function later(seconds: number) {
  edge.now = new Date(edge.now.getTime() + seconds * 1000);
}

async function cacheOf(path: string, headers?: Record<string, string>) {
  return (await edge.get(path, headers)).headers['x-cache'];
}

function fetchResult(headers: Record<string, string>) {
  return cacheOf('/x', headers);
}

async function policy(ttl: object, key: object = {}) {
  return edge.provision('AWS::CloudFront::CachePolicy', 'Policy', {
    CachePolicyConfig: {
      Name: 'p',
      MinTTL: 0,
      DefaultTTL: 60,
      MaxTTL: 3600,
      ...ttl,
      ParametersInCacheKeyAndForwardedToOrigin: {
        EnableAcceptEncodingGzip: false,
        EnableAcceptEncodingBrotli: false,
        HeadersConfig: { HeaderBehavior: 'none' },
        CookiesConfig: { CookieBehavior: 'none' },
        QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['t'] },
        ...key,
      },
    },
  });
}

async function behind(CachePolicyId: string, more: object = {}) {
  return edge.distribution({ TargetOriginId: 'function', CachePolicyId, ...more });
}

describe('responses of a function', () => {
  test('requested before an invalidation and received after it are kept until the next one', async () => {
    await behind(await policy({}));
    const requested = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    edge.respond = async () => {
      requested.resolve();
      await released.promise;
      return functionResponse('function');
    };
    const early = cacheOf('/x');
    await requested.promise;
    edge.cloudFront.invalidate(edge.ref('Distribution'), ['/x']);
    released.resolve();
    expect(await early).toContain('Miss');
    expect(await cacheOf('/x')).toContain('Hit');
    edge.cloudFront.invalidate(edge.ref('Distribution'), ['/x']);
    expect(await cacheOf('/x')).toContain('Miss');
  });

  test('kept under a query outlive an invalidation that does not name it', async () => {
    await behind(await policy({}));
    for (const path of ['/x', '/x?t=1', '/x?t=2', '/x?t=3']) await cacheOf(path);
    edge.cloudFront.invalidate(edge.ref('Distribution'), ['/x', '/x?t=2']);
    const results = [];
    for (const path of ['/x', '/x?t=1', '/x?t=2', '/x?t=3']) results.push((await cacheOf(path))?.toString().split(' ')[0]);
    expect(results).toEqual(['Miss', 'Hit', 'Miss', 'Hit']);
    edge.cloudFront.invalidate(edge.ref('Distribution'), ['/x*']);
    expect(await cacheOf('/x?t=1')).toContain('Miss');
  });

  test.each([
    [{}, undefined, 59, 'Hit'],
    [{}, undefined, 61, 'Miss'],
    [{}, 'max-age=120', 119, 'Hit'],
    [{}, 'max-age=120', 121, 'Miss'],
    [{}, 'max-age=120, s-maxage=10', 11, 'Miss'],
    [{}, 'max-age=99999', 3599, 'Hit'],
    [{}, 'max-age=99999', 3601, 'Miss'],
    [{}, 'private, no-store', 0, 'Miss'],
    [{}, 'no-cache', 0, 'Miss'],
    [{ MinTTL: 30 }, 'max-age=1', 29, 'Hit'],
    [{ MinTTL: 0, DefaultTTL: 0, MaxTTL: 0 }, 'max-age=99', 0, 'Miss'],
  ])('with %o and Cache-Control %s cause, %i seconds later, a %s', async (ttl, cacheControl, seconds, expected) => {
    await behind(await policy(ttl));
    edge.respond = async () =>
      functionResponse('x', cacheControl === undefined ? {} : { 'cache-control': cacheControl });
    await edge.get('/x');
    later(seconds);
    expect(await cacheOf('/x')).toBe(`${expected} from cloudfront`);
  });

  test.each([
    [404, undefined, 9, 'Error'],
    [404, 'public, max-age=0, s-maxage=3600', 3599, 'Error'],
    [404, 's-maxage=99999', 3601, 'renewed'],
    [404, 'no-store', 9, 'Error'],
    [404, 'no-store', 11, 'renewed'],
    [401, 's-maxage=3600', 1, 'renewed'],
    [429, 's-maxage=3600', 1, 'renewed'],
  ])('with status %i and Cache-Control %s are, %i seconds later, %s', async (status, cacheControl, seconds, expected) => {
    await behind(await policy({}));
    edge.respond = async () =>
      functionResponse('x', cacheControl === undefined ? {} : { 'cache-control': cacheControl }, status);
    await edge.get('/x');
    later(seconds);
    await edge.get('/x');
    expect(edge.functionCalls).toHaveLength(expected === 'renewed' ? 2 : 1);
  });

  test('expired ones are served on an error of the function, for as long as they allow', async () => {
    await behind(await policy({}));
    edge.respond = async () => functionResponse('old', { 'cache-control': 's-maxage=60, stale-if-error=100' });
    await edge.get('/x');
    edge.respond = async () => functionResponse('no', { 'cache-control': 'no-store' }, 503);
    later(159);
    expect((await edge.get('/x')).body.toString()).toBe('old');
    later(2);
    expect((await edge.get('/x')).status).toBe(503);
  });

  test('a token in the cache key keeps one person’s response from another', async () => {
    await behind(await policy({}, { HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Authorization'] } }));
    edge.respond = async ({ headers }) => functionResponse(headers['authorization'] ?? 'anonymous');
    const bodyFor = async (headers = {}) => (await edge.get('/x', headers)).body.toString();
    expect(await bodyFor({ authorization: 'Bearer a' })).toBe('Bearer a');
    expect(await bodyFor({ authorization: 'Bearer b' })).toBe('Bearer b');
    expect(await bodyFor()).toBe('anonymous');
    expect(edge.functionCalls).toHaveLength(3);
  });

  test('only the parts listed by the policy are in the cache key and reach the function', async () => {
    await behind(await policy({}));
    await edge.get('/x?t=1&other=1', { cookie: 'a=b', 'x-custom': 'y' });
    expect(await cacheOf('/x?other=2&t=1')).toBe('Hit from cloudfront');
    expect(await cacheOf('/x?t=2')).toBe('Miss from cloudfront');
    expect(edge.functionCalls[0]).toMatchObject({ rawPath: '/x', rawQueryString: 't=1' });
    expect(edge.functionCalls[0]?.headers['x-custom']).toBeUndefined();
    expect(edge.functionCalls[0]?.headers['cookie']).toBeUndefined();
  });

  test('headers and cookies of the policy are in the cache key, with Accept-Encoding normalized', async () => {
    const key = {
      EnableAcceptEncodingGzip: true,
      HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['X-Device'] },
      CookiesConfig: { CookieBehavior: 'whitelist', Cookies: ['lang'] },
    };
    await behind(await policy({}, key));
    await fetchResult({ 'x-device': 'tv', cookie: 'lang=ko; id=1', 'accept-encoding': 'gzip, deflate, br' });
    expect(await fetchResult({ 'x-device': 'tv', cookie: 'id=2; lang=ko', 'accept-encoding': 'gzip;q=0.8' })).toBe(
      'Hit from cloudfront',
    );
    expect(await fetchResult({ 'x-device': 'pc', cookie: 'lang=ko', 'accept-encoding': 'gzip' })).toBe(
      'Miss from cloudfront',
    );
    expect(await fetchResult({ 'x-device': 'tv', cookie: 'lang=en', 'accept-encoding': 'gzip' })).toBe(
      'Miss from cloudfront',
    );
    expect(await fetchResult({ 'x-device': 'tv', cookie: 'lang=ko', 'accept-encoding': 'gzip;q=0' })).toBe(
      'Miss from cloudfront',
    );
    expect(edge.functionCalls[0]?.headers).toMatchObject({
      'accept-encoding': 'gzip',
      'x-device': 'tv',
      cookie: 'lang=ko',
    });
  });

  test('an origin request policy forwards more to the function without changing the key', async () => {
    await behind(await policy({}), { OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac' });
    await edge.get('/x?other=1&t=1', { 'x-custom': 'y', cookie: 'a=b' });
    expect(await cacheOf('/x?t=1')).toBe('Hit from cloudfront');
    expect(edge.functionCalls[0]).toMatchObject({
      rawQueryString: 'other=1&t=1',
      headers: { 'x-custom': 'y', cookie: 'a=b' },
    });
    expect(edge.functionCalls[0]?.headers['host']).toBe('abc.lambda-url.us-east-1.on.aws');
  });

  test('ranges are served from a cached response, and not from an uncached one', async () => {
    await behind(await policy({}));
    edge.respond = async () => functionResponse('0123456789');
    expect((await edge.get('/x', { range: 'bytes=2-3' })).body.toString()).toBe('23');
    edge.respond = async () => functionResponse('0123456789', { 'cache-control': 'no-store' });
    expect(await edge.get('/y', { range: 'bytes=2-3' })).toMatchObject({
      status: 200,
      headers: { 'content-length': '10' },
    });
  });

  test('an incomplete response is not cached', async () => {
    await behind(await policy({}));
    edge.respond = async () => ({
      statusCode: 200,
      headers: { 'content-length': '10' },
      cookies: [],
      body: Readable.from([Buffer.from('half')]),
    });
    await expect(edge.get('/x')).rejects.toThrow(/aborted|socket hang up/);
    edge.errors.length = 0;
    edge.respond = async () => functionResponse('whole');
    expect((await edge.get('/x')).body.toString()).toBe('whole');
  });

  const chunked = (body: Readable, headers = {}, statusCode = 200) => ({ statusCode, headers, cookies: [], body });

  test('of unknown length are cached once they are complete, and then have a length and ranges', async () => {
    await behind(await policy({}));
    edge.respond = async () => chunked(Readable.from([Buffer.from('01234'), Buffer.from('56789')]));
    const first = await edge.get('/x');
    expect(first).toMatchObject({ status: 200, headers: { 'transfer-encoding': 'chunked', 'x-cache': 'Miss from cloudfront' } });
    expect(first.body.toString()).toBe('0123456789');
    const second = await edge.get('/x', { range: 'bytes=2-6' });
    expect(second).toMatchObject({ status: 206, headers: { 'content-length': '5', 'x-cache': 'Hit from cloudfront' } });
    expect(second.body.toString()).toBe('23456');
    expect(edge.functionCalls).toHaveLength(1);
  });

  test('of unknown length that are larger than a block are cached whole', async () => {
    await behind(await policy({}));
    const whole = Buffer.alloc(3 * 1024 * 1024 + 5, 'abcdefg');
    edge.respond = async () => chunked(Readable.from([whole.subarray(0, 1_500_000), whole.subarray(1_500_000)]));
    expect((await edge.get('/x')).body.equals(whole)).toBe(true);
    expect((await edge.get('/x')).body.equals(whole)).toBe(true);
    expect(edge.functionCalls).toHaveLength(1);
  });

  test('of unknown length that break off reach the viewer as a broken connection and are not cached', async () => {
    await behind(await policy({}));
    edge.respond = async () =>
      chunked(
        Readable.from(
          (async function* () {
            yield Buffer.from('half');
            throw new Error('The function timed out.');
          })(),
        ),
      );
    await expect(edge.get('/x')).rejects.toThrow(/aborted|socket hang up/);
    expect(edge.errors.splice(0)).toEqual([expect.objectContaining({ message: 'The origin closed the connection early.' })]);
    edge.respond = async () => chunked(Readable.from([Buffer.from('whole')]));
    expect((await edge.get('/x')).body.toString()).toBe('whole');
    expect(edge.functionCalls).toHaveLength(2);
  });

  test('of unknown length are requested once for viewers that wait for the same one', async () => {
    await behind(await policy({}));
    const body = new PassThrough();
    const requested = Promise.withResolvers<void>();
    edge.respond = async () => {
      requested.resolve();
      return chunked(body);
    };
    const viewers = [edge.get('/x'), edge.get('/x'), edge.get('/x')];
    await requested.promise;
    body.end('once');
    for (const viewer of viewers) expect((await viewer).body.toString()).toBe('once');
    expect(edge.functionCalls).toHaveLength(1);
  });

  test('of unknown length are not kept if they may not be stored', async () => {
    await behind(await policy({}));
    edge.respond = async () => chunked(Readable.from([Buffer.from('no')]), { 'cache-control': 'private, no-store' });
    for (let viewer = 0; viewer < 2; viewer += 1) expect((await edge.get('/x')).body.toString()).toBe('no');
    expect(edge.functionCalls).toHaveLength(2);
  });

  test('cookies set by a function reach only the viewer that caused them', async () => {
    await behind(await policy({}));
    edge.respond = async () => ({
      ...functionResponse('x', { 'cache-control': 'no-store' }),
      cookies: ['a=1; Secure', 'b=2'],
    });
    expect((await edge.get('/x')).headers['set-cookie']).toEqual(['a=1; Secure', 'b=2']);
  });

  test('a function that fails causes a 502', async () => {
    await behind(await policy({}));
    edge.respond = () => Promise.reject(new Error('timed out'));
    expect((await edge.get('/x')).status).toBe(502);
  });
});
