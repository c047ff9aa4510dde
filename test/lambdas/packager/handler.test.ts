import { PassThrough, type Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { type EdgeStorage, startEdgeStorage } from '../../support/local/edge-storage.ts';
import { error, type Fault, INTERNAL_ERROR, SLOW_DOWN } from '../../support/local/faulty-proxy.ts';
import { publishFilm, type PublishedFilm, SCATTERED_FILM } from '../../support/local/publish-film.ts';

/** The function as deployed, with a stream in place of Lambda's. */

type Handler = (event: APIGatewayProxyEventV2, stream: Writable) => Promise<void>;

const REVISION = { videoId: '0193c5a0-0000-7000-8000-000000000003', revision: 1 };
const heads = new WeakMap<Writable, { readonly statusCode: number; readonly headers: Readonly<Record<string, string>> }>();

let storage: EdgeStorage;
let film: PublishedFilm;
let handler: Handler;

beforeAll(async () => {
  storage = await startEdgeStorage();
  const { operator: client, sourceBucket, outputBucket } = storage;
  const file = await makeWithFfmpeg('scattered.mp4', SCATTERED_FILM);
  film = await publishFilm({ client, sourceBucket, outputBucket }, file, REVISION);
  const { accessKeyId, secretAccessKey, sessionToken } = storage.edge.credentials;
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_ENDPOINT_URL: storage.proxy.endpoint,
    OUTPUT_BUCKET: outputBucket,
    STALE_ON_ERROR_MINUTES: '60',
    POWERTOOLS_DEV: 'false',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  Object.assign(globalThis, {
    awslambda: {
      streamifyResponse: (streaming: Handler) => streaming,
      HttpResponseStream: {
        from: (stream: Writable, head: { statusCode: number; headers: Record<string, string> }) => {
          heads.set(stream, head);
          return stream;
        },
      },
    },
  });
  ({ handler } = (await import('../../../lambdas/packager/handler.ts')) as unknown as { handler: Handler });
});
beforeEach(() => storage.proxy.reset());
afterAll(() => storage.close());

async function get(name: string) {
  const stream = new PassThrough();
  const event = { rawPath: film.pathOf(name), requestContext: { http: { method: 'GET' } } };
  const body = buffer(stream);
  await handler(event as unknown as APIGatewayProxyEventV2, stream);
  const { statusCode = 0, headers = {} } = heads.get(stream) ?? {};
  return { status: statusCode, headers, body: await body };
}

function failSource(fault: Fault): void {
  storage.proxy.faultOf = ({ url }) => (url.startsWith(`/${storage.sourceBucket}/`) ? fault : undefined);
}

test('asks to retry while storage fails before an index was read', async () => {
  storage.proxy.faultOf = () => SLOW_DOWN;
  expect(await get('fmp4-1_0.m4s')).toMatchObject({
    status: 503,
    headers: { 'retry-after': '1', 'cache-control': 'private, no-store' },
    body: Buffer.from('Temporarily unavailable\n'),
  });
});

test('streams a segment', async () => {
  const { status, body } = await get('fmp4-1_1.m4s');
  expect(status).toBe(200);
  expect(body.equals(film.segment(0, 1))).toBe(true);
});

test('asks to retry while the source cannot be read, and sends none of its bytes', async () => {
  failSource(INTERNAL_ERROR);
  const { status, headers, body } = await get('fmp4-1_0.m4s');
  expect(status).toBe(503);
  expect(headers).toMatchObject({ 'retry-after': '1', 'cache-control': 'private, no-store' });
  expect(body.toString()).toBe('Temporarily unavailable\n');
});

test.each([
  ['is gone', error(404, 'NoSuchVersion', 'Gone')],
  ['has another ETag', error(412, 'PreconditionFailed', 'Changed')],
  ['may not be read', error(403, 'AccessDenied', 'Denied')],
  ['has fewer bytes', error(416, 'InvalidRange', 'Short')],
])('responds 502 if the version of the source %s, and sends none of its bytes', async (_, fault) => {
  failSource(fault);
  const { status, headers, body } = await get('fmp4-1_0.m4s');
  expect({ status, headers }).toMatchObject({ status: 502, headers: { 'cache-control': 'private, no-store' } });
  expect(headers['retry-after']).toBeUndefined();
  expect(body.toString()).toBe('Bad Gateway\n');
});
