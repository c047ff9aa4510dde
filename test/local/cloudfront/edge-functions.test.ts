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
      headers: { location: '/login', 'set-cookie': ['a=1; Secure'], 'x-cache': 'FunctionGeneratedResponse from cloudfront' },
    });
  });

  test('for viewer responses are not invoked for a response that a function generated', async () => {
    const arn = await edge.edgeFunction(`function handler(event) {
      if (event.context.eventType === 'viewer-request') return { statusCode: 200, body: 'generated' };
      event.response.statusCode = 418;
      return event.response;
    }`);
    await edge.distribution({
      FunctionAssociations: ['viewer-request', 'viewer-response'].map((EventType) => ({ EventType, FunctionARN: arn })),
    });
    expect((await edge.get('/x')).status).toBe(200);
  });

  test('change the status of a response and keep its body, or replace it', async () => {
    const arn = await edge.edgeFunction(`function handler(event) {
      event.response.statusCode = 404;
      if (event.request.uri === '/b.mp4') event.response.body = { encoding: 'base64', data: 'YnV0' };
      return event.response;
    }`);
    await edge.distribution(associated('viewer-response', arn));
    edge.put('a.mp4', 'kept');
    edge.put('b.mp4', 'replaced');
    const read = async (path: string, method?: string) => {
      const { status, headers, body } = await edge.get(path, {}, method);
      return [status, headers['content-length'], body.toString()];
    };
    expect(await read('/a.mp4')).toEqual([404, '4', 'kept']);
    expect(await read('/b.mp4')).toEqual([404, '3', 'but']);
    expect(await read('/b.mp4', 'HEAD')).toEqual([404, '3', '']);
  });

  test.each([
    ['a=1&b=%EA%B0%80&a=2&c', 'a=1&b=%EA%B0%80&a=2&c'],
    ['', 'none'],
  ])('read the query %j as the viewer sent it', async (query, expected) => {
    const arn = await edge.edgeFunction(`function handler(event) {
      const query = event.request.rawQueryString();
      return { statusCode: 200, body: query === undefined ? 'none' : query };
    }`);
    await edge.distribution(associated('viewer-request', arn));
    expect((await edge.get(query === '' ? '/x' : `/x?${query}`)).body.toString()).toBe(expected);
  });

  test.each([
    ['viewer-request', "event.request.headers['x-edge-own'] = { value: '1' }; return event.request;"],
    ['viewer-request', "event.request.headers.host = { value: 'elsewhere' }; return event.request;"],
    ['viewer-request', 'delete event.request.headers.host; return event.request;'],
    ['viewer-request', "return { statusCode: 200, headers: { 'x-cache': { value: 'Hit' } } };"],
    ['viewer-response', 'delete event.response.headers.via; return event.response;'],
    ['viewer-response', "event.response.headers.connection = { value: 'close' }; return event.response;"],
  ])('for the %s that write a header they must not cause the status 502: %s', async (eventType, code) => {
    await edge.distribution(associated(eventType, await edge.edgeFunction(`function handler(event) { ${code} }`)));
    edge.put('a.mp4', 'x');
    expect((await edge.get('/a.mp4')).status).toBe(502);
  });

  test('do not see hidden headers, which are kept nevertheless', async () => {
    const arn = await edge.edgeFunction(`function handler(event) {
      event.response.headers['x-seen'] = { value: Object.keys(event.response.headers).join() };
      return event.response;
    }`);
    await edge.distribution(associated('viewer-response', arn));
    edge.put('a.mp4', 'x');
    const { headers } = await edge.get('/a.mp4');
    expect(headers['x-seen']).not.toContain('x-cache');
    expect(headers).toMatchObject({ 'x-cache': 'Miss from cloudfront', 'x-amz-cf-id': expect.any(String) });
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
