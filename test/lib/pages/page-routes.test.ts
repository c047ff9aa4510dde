import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EdgeFunctionRealm } from '../../../local/cloudfront/edge-function-realm.ts';
import { at, resources, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const VIDEO = '01a200ec-fe9f-72ad-a404-914b9a616439';
const LAPTOP = 'http://127.0.0.1:4567';
const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/0f1e';
const DISTRIBUTION = 'd111111abcdef8.cloudfront.net';

const dir = mkdtempSync(join(tmpdir(), 'sluice-web-'));
for (const name of ['index.html', '404.html', 'robots.txt', 'icon.svg', 'assets/app-1.js']) {
  mkdirSync(join(dir, name, '..'), { recursive: true });
  writeFileSync(join(dir, name), '');
}
const onDistribution = codeIn(synthesizeTemplates({}, undefined, dir));
const onCustomDomain = codeIn(
  synthesizeTemplates(
    { edge: { domain: { kind: 'custom', name: 'v.example.com', certificateArn: CERTIFICATE } } },
    undefined,
    dir,
  ),
);
afterAll(() => rmSync(dir, { recursive: true }));

/** Returns the code of the function for a value of the parameter `EdgeUrl`. */
function codeIn({ delivery }: ReturnType<typeof synthesizeTemplates>): (edgeUrl: string) => string {
  const codes = [...resources(delivery, 'AWS::CloudFront::Function').values()].map(({ Properties }) =>
    at(Properties['FunctionCode'], 'Fn::Join', 1),
  );
  const parts = codes.find((code) => JSON.stringify(code)?.includes('EDGE_URL')) as (string | { Ref: string })[];
  return (edgeUrl) => parts.map((part) => (typeof part === 'string' ? part : edgeUrl)).join('');
}

interface Sent {
  readonly uri: string;
  readonly host?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Routed {
  readonly uri?: string;
  readonly querystring?: unknown;
  readonly statusCode?: number;
  readonly headers: Readonly<Record<string, { readonly value: string } | undefined>>;
}

function run(code: string, event: Record<string, unknown>): unknown {
  const context = { distributionDomainName: DISTRIBUTION };
  const outcome: unknown = JSON.parse(
    new EdgeFunctionRealm('Routes', code).run(
      JSON.stringify({ ...event, context: { ...context, ...(event['context'] as object) } }),
    ),
  );
  const error = at(outcome, 'error');
  if (error !== undefined) throw new Error(JSON.stringify(error));
  return at(outcome, 'value');
}

function route(code: string, { uri, host, query, headers = {} }: Sent): Routed {
  const all = { ...headers, ...(host !== undefined && { host }) };
  const fields = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, { value }]));
  return run(code, {
    context: { eventType: 'viewer-request' },
    request: { method: 'GET', uri, querystring: {}, headers: fields, cookies: {} },
    rawQueryString: query,
  }) as Routed;
}

function finish(uri: string, statusCode = 200): { readonly statusCode: number; readonly headers: object } {
  return run(onDistribution(''), {
    context: { eventType: 'viewer-response' },
    request: { uri },
    response: { statusCode, headers: { etag: { value: '"a"' }, 'cache-control': { value: 'no-cache' } } },
  }) as { readonly statusCode: number; readonly headers: object };
}

test.each([
  ['/', '/index.html'],
  ['/signed-in', '/index.html'],
  [`/videos/${VIDEO}`, '/index.html'],
  [`/videos/${VIDEO.toUpperCase()}`, '/index.html'],
  [`/embed/${VIDEO}`, '/index.html'],
  ['/assets/app-KAIJbvoS.js', '/assets/app-KAIJbvoS.js'],
  ['/assets/of-an-earlier-deployment.css', '/assets/of-an-earlier-deployment.css'],
  ['/icon.svg', '/icon.svg'],
  ['/robots.txt', '/robots.txt'],
])('serves %s with %s and the status of the origin', (uri, expected) => {
  const { uri: routed = '' } = route(onDistribution(''), { uri, host: DISTRIBUTION });
  expect(routed).toBe(expected);
  expect([finish(uri).statusCode, finish(routed).statusCode]).toEqual([200, 200]);
  expect(finish(routed).headers).toEqual({ etag: { value: '"a"' }, 'cache-control': { value: 'no-cache' } });
});

test.each([
  '//',
  '///',
  '/./',
  '/..',
  '/nope',
  '/videos',
  '/videos/',
  '/videos/%',
  '/videos/%E0%A4%A',
  '/videos/%00',
  '/videos/nothing',
  `/videos/${VIDEO}x`,
  `/videos/${VIDEO}/x`,
  `/videos/${VIDEO}//`,
  `/videos//${VIDEO}`,
  `//videos/${VIDEO}`,
  `/Videos/${VIDEO}`,
  `/%76ideos/${VIDEO}`,
  `/x/../videos/${VIDEO}`,
  '/embed',
  '/embed/',
  '/SIGNED-IN',
  '/404.html',
  '/nope.php',
  '/v1.2/about',
  '/.well-known/security.txt',
  '/favicon.png',
  '/icon.svg/',
  '/assets/',
  '/assets/..',
  '/assets/../index.html',
  '/assets/a/b.js',
  `/${'a'.repeat(8000)}`,
])('serves %.40s with the not-found document and the status 404, whichever path the response function sees', (uri) => {
  const { uri: routed = '' } = route(onDistribution(''), { uri, host: DISTRIBUTION, query: 'a=%' });
  expect(routed).toBe('/404.html');
  for (const seen of [uri, routed]) {
    expect(finish(seen)).toEqual({
      statusCode: 404,
      statusDescription: 'Not Found',
      headers: { 'cache-control': { value: 'no-store' } },
    });
  }
});

test('sends no condition or range to the origin for an unknown path, so that the document is complete', () => {
  const headers = { 'if-none-match': '"a"', 'if-modified-since': 'x', range: 'bytes=0-1', 'if-range': '"a"', accept: '*' };
  expect(route(onDistribution(''), { uri: '/nope', headers }).headers).toEqual({ accept: { value: '*' } });
  expect(Object.keys(route(onDistribution(''), { uri: '/', headers }).headers)).toHaveLength(5);
});

test('passes only the video’s id and the registered address to the origin, whatever the visitor’s query', () => {
  const named = { video: { value: VIDEO }, origin: { value: `https%3A%2F%2F${DISTRIBUTION}` } };
  const querystringOf = (uri: string) => route(onDistribution(''), { uri, query: 'video=x&t=30' }).querystring;
  expect(querystringOf(`/videos/${VIDEO.toUpperCase()}`)).toEqual(named);
  expect(querystringOf(`/embed/${VIDEO}`)).toEqual(named);
  for (const uri of ['/', '/signed-in', '/nope']) expect(querystringOf(uri)).toEqual({});
});

test.each([
  [`/videos/${VIDEO}/`, undefined, `/videos/${VIDEO}`],
  [`/embed/${VIDEO}/`, 't=1', `/embed/${VIDEO}?t=1`],
  ['/signed-in/', 'code=a&state=b', '/signed-in?code=a&state=b'],
  ['/index.html', 'a=1&a=2&%EA', '/?a=1&a=2&%EA'],
])('redirects %s to the path of the page, keeping the query %s', (uri, query, expected) => {
  const redirected = route(onDistribution(''), { uri, host: DISTRIBUTION, ...(query !== undefined && { query }) });
  expect(redirected).toMatchObject({ statusCode: 302, headers: { location: { value: `https://${DISTRIBUTION}${expected}` } } });
});

describe('another host name', () => {
  test.each([
    ['localhost:4567', `/videos/${VIDEO}`, 't=30&x=%EA%B0%80', `/videos/${VIDEO}?t=30&x=%EA%B0%80`],
    ['[::1]:4567', '/', undefined, '/'],
    ['evil.example:4567', '//evil.example/', undefined, '//evil.example/'],
    ['localhost:4567', '/\\evil.example/', undefined, '/\\evil.example/'],
    ['localhost:4567', '/%2F%2Fevil.example/', undefined, '/%2F%2Fevil.example/'],
    ['localhost:4567', '/%09/evil.example', 'next=//evil.example', '/%09/evil.example?next=//evil.example'],
  ])('%s on the laptop is redirected to the registered one, keeping path and query', (host, uri, query, expected) => {
    const redirected = route(onDistribution(LAPTOP), { uri, host, ...(query !== undefined && { query }) });
    expect(redirected).toMatchObject({
      statusCode: 302,
      headers: { location: { value: `${LAPTOP}${expected}` }, 'cache-control': { value: 'no-store' } },
    });
  });

  test('of the distribution is redirected to its custom domain', () => {
    const redirected = route(onCustomDomain(''), { uri: '/', host: DISTRIBUTION });
    expect(redirected).toMatchObject({ statusCode: 302, headers: { location: { value: 'https://v.example.com/' } } });
    expect(route(onCustomDomain(''), { uri: '/', host: 'V.Example.com' }).uri).toBe('/index.html');
  });

  test('is not redirected for a file, which a page that is already open may need', () => {
    expect(route(onCustomDomain(''), { uri: '/assets/app-1.js', host: DISTRIBUTION }).uri).toBe('/assets/app-1.js');
  });

  test.each([
    ['through a port forward, where the registered port may be closed', { host: 'localhost:8080' }],
    ['through a proxy that sets X-Forwarded-Host', { host: 'localhost:4567', headers: { 'x-forwarded-host': 'a' } }],
    ['through a proxy to the distribution, which would redirect forever', { host: DISTRIBUTION }],
    ['without a Host header', {}],
  ])('is not redirected %s', (_, sent) => {
    expect(route(onDistribution(LAPTOP), { uri: '/', ...sent }).uri).toBe('/index.html');
  });
});

test('its code fits into a CloudFront function', () => {
  expect(Buffer.byteLength(onCustomDomain(LAPTOP))).toBeLessThan(8 * 1024);
});
