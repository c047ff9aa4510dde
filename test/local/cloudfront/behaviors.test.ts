import { associated, EdgeFixture, functionResponse, toFunction } from '../../support/local/edge-fixture.ts';

let edge: EdgeFixture;

beforeEach(async () => {
  edge = await EdgeFixture.start();
});
afterEach(() => edge.stop());

const CORS_TO_S3 = '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf';

test('uses the first behavior whose pattern matches the path, with dot segments resolved and slashes merged, or else the default', async () => {
  await edge.distribution(
    {},
    {
      CacheBehaviors: [
        { ...toFunction, PathPattern: '/v/*.m3u8' },
        { ...toFunction, PathPattern: 'api/?' },
      ],
    },
  );
  const matching = ['/v/one/a.m3u8', '/api/1', '/x/../v/a.m3u8', '/v/a%2Em3u8', '//v///a.m3u8', '/./api//1'];
  for (const path of matching) expect((await edge.get(path)).body.toString()).toBe('function');
  expect(edge.functionCalls.map(({ rawPath }) => rawPath)).toEqual(matching);
  for (const path of ['/v/one/a.m3u8x', '/api/12', '/api/1/', '/V/a.m3u8', '/w/v/a.m3u8']) {
    expect((await edge.get(path)).status).toBe(403);
  }
});

test('a missing object gets 404 if the bucket policy lets the distribution list it, and 403 otherwise', async () => {
  await edge.distribution();
  expect((await edge.get('/missing.js')).status).toBe(403);
  edge.allowListing();
  const missing = await edge.get('/also-missing.js');
  expect([missing.status, missing.body.toString()]).toEqual([404, expect.stringContaining('<Code>NoSuchKey</Code>')]);
  edge.put('unpublished.js', '1', { tags: {} });
  expect((await edge.get('/unpublished.js')).status).toBe(403);
});

test('refuses a URL of more than 8,192 bytes', async () => {
  await edge.distribution({ ...toFunction });
  expect((await edge.get(`/${'a'.repeat(8191)}`)).status).toBe(200);
  expect((await edge.get(`/${'a'.repeat(8192)}`)).status).toBe(414);
});

test('forwards only the methods of the behavior, with their body', async () => {
  await edge.distribution({ ...toFunction });
  expect((await edge.get('/x', {}, 'POST')).status).toBe(403);
  expect(edge.functionCalls).toEqual([]);
});

test("forwards CloudFront's own parameters and cookies to neither function nor origin", async () => {
  const arn = await edge.edgeFunction(`function handler(event) {
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

function policy(config: object) {
  return edge.provision('AWS::CloudFront::ResponseHeadersPolicy', 'Headers', {
    ResponseHeadersPolicyConfig: { Name: 'h', ...config },
  });
}

function cors(origins: string[], more: object = {}) {
  return {
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
  };
}

describe('response headers', () => {
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

  test('let only pages of the listed origins read responses', async () => {
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

  test('allow the preflight request of a player that requests ranges', async () => {
    edge.corsRules = [
      { allowedMethods: ['GET'], allowedOrigins: ['*'], allowedHeaders: ['Range'], exposedHeaders: [] },
    ];
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
  test('an origin group uses its second origin for the listed statuses of the first', async () => {
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

  test('a custom error page replaces an error of the origin', async () => {
    await edge.distribution(
      {},
      {
        CustomErrorResponses: [
          { ErrorCode: 403, ErrorCachingMinTTL: 1, ResponseCode: 404, ResponsePagePath: '/404.html' },
        ],
      },
    );
    edge.put('404.html', 'Nothing here', { headers: { 'content-type': 'text/html' } });
    const response = await edge.get('/missing');
    expect(response).toMatchObject({ status: 404, headers: { 'content-type': 'text/html' } });
    expect(response.body.toString()).toBe('Nothing here');
  });

  test('an error response of the function is passed through unchanged', async () => {
    await edge.distribution({ ...toFunction });
    edge.respond = async () => functionResponse('no', { 'content-type': 'text/plain' }, 404);
    expect(await edge.get('/x')).toMatchObject({
      status: 404,
      headers: { 'content-type': 'text/plain', 'x-cache': 'Error from cloudfront' },
    });
  });

  test.each([
    [{ TargetOriginId: 'nowhere' }, 'nowhere'],
    [{ CachePolicyId: 'unknown' }, "The cache policy 'unknown' does not exist"],
    [{ TrustedKeyGroups: ['unknown'] }, "The key group 'unknown' does not exist"],
    [{ LambdaFunctionAssociations: [{ EventType: 'origin-request' }] }, 'LambdaFunctionAssociations'],
  ])('the start fails with the reason for a distribution with %o', async (behavior, reason) => {
    await expect(edge.distribution(behavior)).rejects.toThrow(reason);
  });
});
