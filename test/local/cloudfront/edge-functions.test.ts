import { associated, CACHING_DISABLED, EdgeFixture, toFunction } from '../../support/local/edge-fixture.ts';

let edge: EdgeFixture;

beforeEach(async () => {
  edge = await EdgeFixture.start();
});
afterEach(() => edge.stop());

describe('functions at the edge', () => {
  test('change path, query, headers and cookies of a request before the cache sees it', async () => {
    const arn = await edge.edgeFunction(`async function handler(event) {
      const request = event.request;
      request.uri = request.uri.replace(/^\\/old\\//, '/new/');
      request.querystring = { added: { value: event.viewer.ip } };
      request.headers['x-many'] = { value: 'a', multiValue: [{ value: 'a' }, { value: 'b' }] };
      delete request.cookies.secret;
      return request;
    }`);
    await edge.distribution({
      ...toFunction,
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      ...associated('viewer-request', arn),
    });
    await edge.get('/old/x?q=1', { cookie: 'secret=1; kept=2' });
    expect(edge.functionCalls[0]).toMatchObject({
      rawPath: '/new/x',
      rawQueryString: 'added=127.0.0.1',
      headers: { 'x-many': 'a, b', cookie: 'kept=2' },
    });
  });

  test('respond without the origin', async () => {
    const arn = await edge.edgeFunction(`function handler(event) {
      return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: '/login' } }, cookies: { a: { value: '1', attributes: 'Secure' } } };
    }`);
    await edge.distribution(associated('viewer-request', arn));
    expect(await edge.get('/x')).toMatchObject({
      status: 302,
      headers: { location: '/login', 'set-cookie': ['a=1; Secure'] },
    });
  });

  test('change the headers of a response, but not those of an error', async () => {
    const arn = await edge.edgeFunction(`function handler(event) {
      event.response.headers['cache-control'] = { value: 'public, immutable' };
      return event.response;
    }`);
    await edge.distribution(associated('viewer-response', arn));
    edge.put('a.mp4', '0123');
    const part = await edge.get('/a.mp4', { range: 'bytes=0-1' });
    expect(part).toMatchObject({
      status: 206,
      headers: { 'cache-control': 'public, immutable', 'content-length': '2', etag: '"a.mp4"' },
    });
    expect((await edge.get('/missing.mp4')).headers['cache-control']).toBeUndefined();
  });

  test.each([
    ['throws', 'function handler() { throw new Error("no"); }'],
    ['rejects', 'async function handler() { throw new Error("no"); }'],
    ['never ends', 'function handler() { for (;;); }'],
    ['never ends in a promise', 'async function handler() { for (;;) await null; }'],
    ['waits forever', 'function handler() { return new Promise(() => {}); }'],
    ['returns nothing', 'function handler() {}'],
    ['exceeds its memory', 'function handler() { for (const all = []; ; ) all.push(new Array(1e5).fill(1)); }'],
    ['overwrites its outcome', 'function handler() { outcome = "{"; return new Promise(() => {}); }'],
    ['needs the network', 'async function handler(event) { await fetch("http://127.0.0.1"); return event.request; }'],
    ['needs a module of Node', 'function handler(event) { require("fs"); return event.request; }'],
  ])('a function that %s causes an error of the edge', async (_, code) => {
    await edge.distribution({ ...toFunction, ...associated('viewer-request', await edge.edgeFunction(code)) });
    expect((await edge.get('/x')).status).toBe(503);
    expect(edge.functionCalls).toEqual([]);
  });

  test('fail only the request in which they hang', async () => {
    const arn = await edge.edgeFunction(`function handler(event) {
      if (event.request.uri === '/f/endless') for (;;);
      return { statusCode: 200, body: event.request.uri };
    }`);
    const withFunction = { PathPattern: '/f/*', TargetOriginId: 'media', ViewerProtocolPolicy: 'https-only' };
    await edge.distribution(
      {},
      { CacheBehaviors: [{ ...withFunction, CachePolicyId: CACHING_DISABLED, ...associated('viewer-request', arn) }] },
    );
    edge.put('a.mp4', 'media');
    const ended: string[] = [];
    const get = async (path: string) => {
      const { status, body } = await edge.get(path);
      ended.push(path);
      return [status, body.toString().slice(0, 10)];
    };
    await get('/f/first');
    const endless = get('/f/endless');
    const behind = get('/f/behind');
    expect(await get('/a.mp4')).toEqual([200, 'media']);
    expect(ended).toEqual(['/f/first', '/a.mp4']);
    expect((await endless)[0]).toBe(503);
    expect(await behind).toEqual([200, '/f/behind']);
  });

  test('keep no state between requests', async () => {
    const arn = await edge.edgeFunction(`let calls = 0;
      function handler(event) {
        calls += 1;
        leaked = typeof leaked === 'undefined' ? calls : leaked + 1;
        return { statusCode: 200, body: String(calls) + leaked + require('crypto').createHash('md5').update('x').digest('hex').slice(0, 2) };
      }`);
    await edge.distribution(associated('viewer-request', arn));
    expect((await edge.get('/x')).body.toString()).toBe('119d');
    expect((await edge.get('/x')).body.toString()).toBe('119d');
  });

  test('fail the start if they are longer than CloudFront allows', async () => {
    await expect(edge.edgeFunction(`function handler() {}//${'x'.repeat(10 * 1024)}`)).rejects.toThrow(
      'AWS::CloudFront::Function Fn',
    );
  });
});
