import { EdgeFixture, functionAnswer } from './edge-fixture.ts';

let edge: EdgeFixture;

beforeEach(async () => {
  edge = await EdgeFixture.start();
});
afterEach(() => edge.stop());

const DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const toFunction = { TargetOriginId: 'function', ViewerProtocolPolicy: 'https-only', CachePolicyId: DISABLED };
const CORS_TO_S3 = '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf';

const edgeFunction = (code: string) =>
  edge.provision('AWS::CloudFront::Function', 'Fn', {
    Name: 'f',
    FunctionCode: code,
    FunctionConfig: { Runtime: 'cloudfront-js-2.0', Comment: '' },
  });
const associated = (EventType: string, FunctionARN: string) => ({ FunctionAssociations: [{ EventType, FunctionARN }] });

test('the first pattern that fits the path decides, whatever dots it is written with; else the default', async () => {
  await edge.distribution(
    {},
    {
      CacheBehaviors: [
        { ...toFunction, PathPattern: '/v/*.m3u8' },
        { ...toFunction, PathPattern: 'api/?' },
      ],
    },
  );
  for (const path of ['/v/one/a.m3u8', '/api/1', '/x/../v/a.m3u8', '/v/a%2Em3u8']) {
    expect((await edge.get(path)).body.toString()).toBe('function');
  }
  expect(edge.functionCalls.map(({ rawPath }) => rawPath)).toEqual([
    '/v/one/a.m3u8',
    '/api/1',
    '/x/../v/a.m3u8',
    '/v/a%2Em3u8',
  ]);
  for (const path of ['/v/one/a.m3u8x', '/api/12', '/V/a.m3u8', '/w/v/a.m3u8']) {
    expect((await edge.get(path)).status).toBe(403);
  }
});

test('only the methods of the behaviour get through, with their body', async () => {
  await edge.distribution({ ...toFunction });
  expect((await edge.get('/x', {}, 'POST')).status).toBe(403);
  expect(edge.functionCalls).toEqual([]);
});

test("CloudFront's own parameters and cookies reach neither function nor origin", async () => {
  const arn = await edgeFunction(`function handler(event) {
    event.request.headers['x-seen'] = { value: Object.keys(event.request.querystring).join() };
    return event.request;
  }`);
  await edge.distribution({
    ...toFunction,
    OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
    ...associated('viewer-request', arn),
  });
  await edge.get('/x?a=1&Policy=p&Signature=s&Key-Pair-Id=k&Hash-Algorithm=SHA256&Expires=1&t=c', {
    cookie: 'CloudFront-Policy=p; lang=ko',
  });
  expect(edge.functionCalls[0]).toMatchObject({
    rawQueryString: 'a=1&t=c',
    headers: { 'x-seen': 'a,t', cookie: 'lang=ko' },
  });
});

describe('functions at the edge', () => {
  test('change path, query, headers and cookies of a request before the cache sees it', async () => {
    const arn = await edgeFunction(`async function handler(event) {
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

  test('answer by themselves', async () => {
    const arn = await edgeFunction(`function handler(event) {
      return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: '/login' } }, cookies: { a: { value: '1', attributes: 'Secure' } } };
    }`);
    await edge.distribution(associated('viewer-request', arn));
    expect(await edge.get('/x')).toMatchObject({
      status: 302,
      headers: { location: '/login', 'set-cookie': ['a=1; Secure'] },
    });
  });

  test('change the headers of an answer, but not those of an error', async () => {
    const arn = await edgeFunction(`function handler(event) {
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
    ['waits for ever', 'function handler() { return new Promise(() => {}); }'],
    ['answers nothing', 'function handler() {}'],
    ['takes more memory than there is', 'function handler() { for (const all = []; ; ) all.push(new Array(1e5).fill(1)); }'],
    ['writes where its answer goes', 'function handler() { outcome = "{"; return new Promise(() => {}); }'],
    ['needs the network', 'async function handler(event) { await fetch("http://127.0.0.1"); return event.request; }'],
    ['needs a module of Node', 'function handler(event) { require("fs"); return event.request; }'],
  ])('a function that %s is an error of the edge', async (_, code) => {
    await edge.distribution({ ...toFunction, ...associated('viewer-request', await edgeFunction(code)) });
    expect((await edge.get('/x')).status).toBe(503);
    expect(edge.functionCalls).toEqual([]);
  });

  test('hold up nobody else: what they keep waiting fails, and what comes after it is served', async () => {
    const arn = await edgeFunction(`function handler(event) {
      if (event.request.uri === '/f/endless') for (;;);
      return { statusCode: 200, body: event.request.uri };
    }`);
    const withFunction = { PathPattern: '/f/*', TargetOriginId: 'media', ViewerProtocolPolicy: 'https-only' };
    await edge.distribution(
      {},
      { CacheBehaviors: [{ ...withFunction, CachePolicyId: DISABLED, ...associated('viewer-request', arn) }] },
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

  test('remember nothing from one request to the next', async () => {
    const arn = await edgeFunction(`let calls = 0;
      function handler(event) {
        calls += 1;
        leaked = typeof leaked === 'undefined' ? calls : leaked + 1;
        return { statusCode: 200, body: String(calls) + leaked + require('crypto').createHash('md5').update('x').digest('hex').slice(0, 2) };
      }`);
    await edge.distribution(associated('viewer-request', arn));
    expect((await edge.get('/x')).body.toString()).toBe('119d');
    expect((await edge.get('/x')).body.toString()).toBe('119d');
  });

  test('longer than CloudFront takes them are refused at the start', async () => {
    await expect(edgeFunction(`function handler() {}//${'x'.repeat(10 * 1024)}`)).rejects.toThrow(
      'AWS::CloudFront::Function Fn',
    );
  });
});

const policy = (config: object) =>
  edge.provision('AWS::CloudFront::ResponseHeadersPolicy', 'Headers', {
    ResponseHeadersPolicyConfig: { Name: 'h', ...config },
  });
const cors = (origins: string[], more: object = {}) => ({
  CorsConfig: {
    AccessControlAllowOrigins: { Items: origins },
    AccessControlAllowHeaders: { Items: ['*'] },
    AccessControlAllowMethods: { Items: ['GET', 'HEAD'] },
    AccessControlExposeHeaders: { Items: ['Content-Range'] },
    AccessControlAllowCredentials: false,
    AccessControlMaxAgeSec: 60,
    OriginOverride: true,
    ...more,
  },
});

describe('headers of answers', () => {
  test('are added, replaced and removed as the policy says, on hits as on misses', async () => {
    const id = await policy({
      SecurityHeadersConfig: {
        ContentTypeOptions: { Override: true },
        FrameOptions: { FrameOption: 'DENY', Override: false },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 31536000, IncludeSubdomains: true, Override: true },
        ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
      },
      CustomHeadersConfig: { Items: [{ Header: 'X-Own', Value: '1', Override: true }] },
      RemoveHeadersConfig: { Items: [{ Header: 'Server' }] },
    });
    await edge.distribution({ ResponseHeadersPolicyId: id });
    edge.put('a.mp4', 'x', { headers: { 'x-frame-options': 'SAMEORIGIN' } });
    for (const _ of ['miss', 'hit']) {
      const { headers } = await edge.get('/a.mp4');
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'SAMEORIGIN',
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'referrer-policy': 'no-referrer',
        'x-own': '1',
      });
      expect(headers['server']).toBeUndefined();
    }
  });

  test('let pages of the named sites read, and no others', async () => {
    await edge.distribution({
      ResponseHeadersPolicyId: await policy(cors(['https://player.example', 'https://*.school.example'])),
    });
    edge.put('a.mp4', 'x');
    const allowed = async (origin: string) =>
      (await edge.get('/a.mp4', { origin })).headers['access-control-allow-origin'];
    expect(await allowed('https://player.example')).toBe('https://player.example');
    expect(await allowed('https://a.school.example')).toBe('https://a.school.example');
    expect(await allowed('https://evil.example')).toBeUndefined();
    expect(await allowed('https://player.example.evil')).toBeUndefined();
    expect((await edge.get('/a.mp4')).headers['access-control-allow-origin']).toBeUndefined();
    expect((await edge.get('/a.mp4', { origin: 'https://player.example' })).headers).toMatchObject({
      'access-control-expose-headers': 'Content-Range',
      vary: 'Origin',
    });
  });

  test('answer the preflight of a player that asks for ranges', async () => {
    edge.corsRules = [{ allowedMethods: ['GET'], allowedOrigins: ['*'], allowedHeaders: ['Range'] }];
    const AllowedMethods = ['GET', 'HEAD', 'OPTIONS'];
    await edge.distribution({
      AllowedMethods,
      OriginRequestPolicyId: CORS_TO_S3,
      ResponseHeadersPolicyId: await policy(cors(['*'])),
    });
    const preflight = (header: string) =>
      edge.get(
        '/a.mp4',
        {
          origin: 'https://player.example',
          'access-control-request-method': 'GET',
          'access-control-request-headers': header,
        },
        'OPTIONS',
      );
    expect(await preflight('range')).toMatchObject({
      status: 200,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-max-age': '60',
      },
    });
    expect((await preflight('x-other')).status).toBe(403);
  });
});

describe('errors', () => {
  test('an origin group asks its second origin where the first fails as listed', async () => {
    const group = {
      Id: 'group',
      FailoverCriteria: { StatusCodes: { Items: [403, 404], Quantity: 2 } },
      Members: { Items: [{ OriginId: 'media' }, { OriginId: 'backup' }], Quantity: 2 },
    };
    await edge.distribution({ TargetOriginId: 'group' }, { OriginGroups: { Items: [group], Quantity: 1 } });
    edge.put('backup/a.mp4', 'from the backup');
    edge.put('b.mp4', 'from the first');
    expect((await edge.get('/a.mp4')).body.toString()).toBe('from the backup');
    expect((await edge.get('/b.mp4')).body.toString()).toBe('from the first');
    expect((await edge.get('/c.mp4')).status).toBe(403);
  });

  test('a custom error page stands in for an error of the origin', async () => {
    await edge.distribution(
      {},
      {
        CustomErrorResponses: [
          { ErrorCode: 403, ErrorCachingMinTTL: 1, ResponseCode: 404, ResponsePagePath: '/404.html' },
        ],
      },
    );
    edge.put('404.html', 'Nothing here', { headers: { 'content-type': 'text/html' } });
    const answered = await edge.get('/missing');
    expect(answered).toMatchObject({ status: 404, headers: { 'content-type': 'text/html' } });
    expect(answered.body.toString()).toBe('Nothing here');
  });

  test('an answer of the function with an error passes as it is', async () => {
    await edge.distribution({ ...toFunction });
    edge.answer = async () => functionAnswer('no', { 'content-type': 'text/plain' }, 404);
    expect(await edge.get('/x')).toMatchObject({
      status: 404,
      headers: { 'content-type': 'text/plain', 'x-cache': 'Error from cloudfront' },
    });
  });

  test.each([
    [{ TargetOriginId: 'nowhere' }, 'nowhere'],
    [{ CachePolicyId: 'unknown' }, 'cache policy unknown'],
    [{ TrustedKeyGroups: ['unknown'] }, 'key group unknown'],
    [{ LambdaFunctionAssociations: [{ EventType: 'origin-request' }] }, 'LambdaFunctionAssociations'],
  ])('a distribution with %o is refused at the start with the reason', async (behavior, reason) => {
    await expect(edge.distribution(behavior)).rejects.toThrow(reason);
  });
});
