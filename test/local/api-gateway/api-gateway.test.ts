import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ApiGateway } from '../../../local/api-gateway/api-gateway.ts';
import type { HttpApi } from '../../../local/api-gateway/http-api.ts';
import type { HttpRequest } from '../../../local/http/http-message.ts';
import { apiGatewayProviders } from '../../../local/api-gateway/providers.ts';
import { type Laptop, startLaptop } from '../../support/local/laptop.ts';

/** Function that returns its event, or the response that the path selects. */
const FUNCTION = `
export const handler = async (event) => {
  const [, , kind] = event.rawPath.split('/');
  if (kind === 'text') return 'Hello';
  if (kind === 'object') return { hello: 'there' };
  if (kind === 'nothing') return undefined;
  if (kind === 'wrong') return { statusCode: 'often' };
  if (kind === 'fail') throw new Error('on purpose');
  if (kind === 'slow') await new Promise((done) => setTimeout(done, 5000));
  if (kind === 'full')
    return {
      statusCode: 201,
      headers: { 'Content-Type': 'image/png', 'X-Count': 3 },
      cookies: ['a=1; Path=/', 'b=2'],
      body: Buffer.from([1, 2, 3]).toString('base64'),
      isBase64Encoded: true,
    };
  return { statusCode: 200, body: JSON.stringify(event) };
};`;

let laptop: Laptop;
let gateway: ApiGateway;
let api: HttpApi;
let now = new Date('2026-06-01T12:00:00Z');
const failures: string[] = [];
/** API whose requests the policy of the function denies. */
let refusedApi = 'none';

async function provision(type: string, logicalId: string, properties: Record<string, unknown>): Promise<string> {
  const provider = apiGatewayProviders(gateway).find((candidate) => candidate.type === type);
  const physicalName = `test-${logicalId.toLowerCase()}`;
  const made = await provider?.provision({ stack: 'Test', logicalId, type, properties, physicalName });
  return made?.ref ?? '';
}

/** Provisions an API with these routes to the function. */
async function httpApi(
  name: string,
  routes: readonly string[],
  more: Record<string, unknown> = {},
  timeoutMs = 30_000,
): Promise<HttpApi> {
  const apiId = await provision('AWS::ApiGatewayV2::Api', name, { Name: name, ProtocolType: 'HTTP' });
  const integration = await provision('AWS::ApiGatewayV2::Integration', `${name}Integration`, {
    ApiId: apiId,
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: 'arn:aws:lambda:us-east-1:000000000000:function:test-echo',
    PayloadFormatVersion: '2.0',
    TimeoutInMillis: timeoutMs,
  });
  for (const [index, key] of routes.entries()) {
    const route = { ApiId: apiId, RouteKey: key, Target: `integrations/${integration}` };
    await provision('AWS::ApiGatewayV2::Route', `${name}Route${index}`, route);
  }
  await provision('AWS::ApiGatewayV2::Stage', `${name}Stage`, {
    ApiId: apiId,
    StageName: '$default',
    AutoDeploy: true,
    ...more,
  });
  return gateway.api(apiId);
}

async function send(
  target: HttpApi,
  rawPath: string,
  request: Partial<HttpRequest> & { body?: Buffer | string } = {},
): Promise<{ status: number; headers: Readonly<Record<string, string>>; cookies: readonly string[]; body: string }> {
  const { body = '', ...fields } = request;
  const { statusCode, headers, cookies, body: responseBody } = await gateway.handle(target, {
    method: 'GET',
    rawPath,
    rawQueryString: '',
    headers: {},
    sourceIp: '198.51.100.7',
    ...fields,
    body: Readable.from(body.length === 0 ? [] : [Buffer.from(body)]),
  });
  return { status: statusCode, headers, cookies, body: await text(responseBody) };
}

async function eventOf(rawPath: string, request: Parameters<typeof send>[2] = {}): Promise<Record<string, unknown>> {
  return JSON.parse((await send(api, rawPath, request)).body) as Record<string, unknown>;
}

beforeAll(async () => {
  laptop = await startLaptop();
  gateway = new ApiGateway({
    lambda: laptop.lambda,
    findDenial: async (_functionArn, { service, sourceArn = '' }) =>
      sourceArn.includes(refusedApi) ? `denied to ${service} for ${sourceArn}` : undefined,
    onFailure: (what, error) => failures.push(`${what}: ${String(error)}`),
    now: () => now,
  });
  await laptop.provisionFunction('Echo', FUNCTION);
  api = await httpApi('Main', ['ANY /api/{proxy+}', 'GET /api/exact', 'GET /api/items/{item}'], {
    StageVariables: { color: 'green' },
  });
});
afterAll(() => laptop.remove());

test('finds an API by its domain name', () => {
  expect(api.domainName).toMatch(/^[0-9a-z]{10}\.execute-api\.us-east-1\.amazonaws\.com$/);
  expect(gateway.findByDomainName(api.domainName)).toBe(api);
  expect(gateway.findByDomainName('other.execute-api.us-east-1.amazonaws.com')).toBeUndefined();
});

test('invokes a function with payload format 2.0', async () => {
  now = new Date('2026-06-01T12:00:00Z');
  const event = await eventOf('/api/videos/%ED%95%9C%20a', {
    method: 'POST',
    rawQueryString: 'a=1&b=%26&a=2',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      cookie: 'x=1; y=2',
      'x-forwarded-for': '203.0.113.9',
      'user-agent': 'tester',
      'x-many': 'one,two',
    },
    body: '{"한":1}',
  });
  expect(event).toEqual({
    version: '2.0',
    routeKey: 'ANY /api/{proxy+}',
    rawPath: '/api/videos/한 a',
    rawQueryString: 'a=1&b=%26&a=2',
    cookies: ['x=1', 'y=2'],
    headers: {
      'content-length': '9',
      'content-type': 'application/json; charset=utf-8',
      host: api.domainName,
      'user-agent': 'tester',
      'x-forwarded-for': '203.0.113.9, 198.51.100.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      'x-many': 'one,two',
    },
    queryStringParameters: { a: '1,2', b: '&' },
    requestContext: {
      accountId: '000000000000',
      apiId: api.id,
      domainName: api.domainName,
      domainPrefix: api.id,
      http: {
        method: 'POST',
        path: '/api/videos/한 a',
        protocol: 'HTTP/1.1',
        sourceIp: '198.51.100.7',
        userAgent: 'tester',
      },
      requestId: expect.stringMatching(/^[\w+/]{15}=$/),
      routeKey: 'ANY /api/{proxy+}',
      stage: '$default',
      time: '01/Jun/2026:12:00:00 +0000',
      timeEpoch: 1_780_315_200_000,
    },
    pathParameters: { proxy: 'videos/한 a' },
    stageVariables: { color: 'green' },
    body: '{"한":1}',
    isBase64Encoded: false,
  });
});

test('decodes the path, and cuts it at a decoded question mark', async () => {
  const decoded = '/api/videos/a#b/../c';
  const event = await eventOf('/api/videos%2fa%23b/..%2fc%3flimit=1', { rawQueryString: 'x=%3F' });
  expect(event).toMatchObject({ rawPath: decoded, rawQueryString: 'x=%3F', pathParameters: { proxy: decoded.slice(5) } });
});

test('passes binary bodies and forms in Base64', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const event = await eventOf('/api/x', { method: 'POST', headers: form, body: 'a=b' });
  expect(event).toMatchObject({ body: 'YT1i', isBase64Encoded: true });
  expect(await eventOf('/api/x')).not.toHaveProperty('body');
});

test.each([
  ['GET', '/api/exact', 'GET /api/exact'],
  ['POST', '/api/exact', 'ANY /api/{proxy+}'],
  ['GET', '/api/items/7', 'GET /api/items/{item}'],
  ['GET', '/api/items/7/more', 'ANY /api/{proxy+}'],
])('%s %s takes the most specific route, %s', async (method, path, routeKey) => {
  expect(await eventOf(path, { method })).toMatchObject({ routeKey });
});

test.each(['/api', '/api/', '/', '/other'])('%s matches no route', async (path) => {
  expect(await send(api, path)).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
});

test('uses the route $default for requests that match no other', async () => {
  const open = await httpApi('Open', ['GET /api/exact', '$default']);
  const { status, body } = await send(open, '/any/thing', { method: 'DELETE' });
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({ routeKey: '$default' });
});

test('returns status, headers, cookies and binary body of the function', async () => {
  expect(await send(api, '/api/full')).toEqual({
    status: 201,
    headers: {
      'content-type': 'image/png',
      'x-count': '3',
      'content-length': '3',
      'apigw-requestid': expect.stringMatching(/./),
    },
    cookies: ['a=1; Path=/', 'b=2'],
    body: '\u0001\u0002\u0003',
  });
});

test.each([
  ['/api/text', 'Hello'],
  ['/api/object', '{"hello":"there"}'],
])('%s returns no status code, so its value is the body', async (path, body) => {
  expect(await send(api, path)).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' }, body });
});

test.each([
  ['/api/wrong', 500, 'Internal Server Error'],
  ['/api/fail', 500, 'Internal Server Error'],
  ['/api/%', 400, 'Bad Request'],
])('%s responds %i', async (path, status, message) => {
  expect(await send(api, path)).toMatchObject({ status, body: JSON.stringify({ message }) });
});

test('responds 503 when the function exceeds the timeout of the integration', async () => {
  const hasty = await httpApi('Hasty', ['ANY /api/{proxy+}'], {}, 50);
  expect(await send(hasty, '/api/slow')).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
});

test('rejects bodies of more than ten megabytes, or more than a function accepts', async () => {
  const tooLarge = { status: 413, body: '{"message":"Request Entity Too Large"}' };
  expect(await send(api, '/api/x', { method: 'POST', body: Buffer.alloc(10 * 1024 ** 2 + 1) })).toMatchObject(tooLarge);
  expect(await send(api, '/api/x', { method: 'POST', body: Buffer.alloc(7 * 1024 ** 2) })).toMatchObject(tooLarge);
});

test.each([
  ['GET /api/exact', 'GET/api/exact'],
  ['ANY /api/{proxy+}', 'GET/api/{proxy+}'],
  ['$default', '$default'],
])('the route %s does not invoke a function that denies it, and reports why', async (route, suffix) => {
  const stranger = await httpApi(`Stranger${suffix.length}`, [route]);
  refusedApi = stranger.id;
  expect(await send(stranger, '/api/exact')).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
  expect(failures.at(-1)).toBe(
    `${stranger.id} may not invoke its function for ${route}: Error: denied to apigateway.amazonaws.com for arn:aws:execute-api:us-east-1:000000000000:${stranger.id}/$default/${suffix}`,
  );
});

test('rejects requests beyond the rate of the stage until tokens are available', async () => {
  const slow = await httpApi('Throttled', ['GET /api/exact'], {
    DefaultRouteSettings: { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 0.5 },
  });
  const statuses = async (): Promise<number[]> => {
    const responses = await Promise.all([1, 2, 3].map(() => send(slow, '/api/exact')));
    return responses.map(({ status }) => status);
  };
  expect(await statuses()).toEqual([200, 200, 429]);
  now = new Date(now.getTime() + 2000);
  expect(await statuses()).toEqual([200, 429, 429]);
  expect(await send(slow, '/api/exact')).toMatchObject({ body: '{"message":"Too Many Requests"}' });
});

test.each([
  ['AWS::ApiGatewayV2::Api', { Name: 'x', ProtocolType: 'WEBSOCKET' }, /supports only HTTP APIs/],
  ['AWS::ApiGatewayV2::Stage', { ApiId: 'x', StageName: 'v1', AutoDeploy: true }, /only the stage \$default/],
  [
    'AWS::ApiGatewayV2::Route',
    { ApiId: 'x', RouteKey: '$default', Target: 'integrations/x', AuthorizationType: 'JWT' },
    /no authorizers/,
  ],
])('the start fails with an unsupported %s', async (type, properties, message) => {
  await expect(provision(type, 'Rejected', properties)).rejects.toThrow(message);
});
