import { handle } from 'hono/aws-lambda';
import { createApi } from '../../../lambdas/api/app.ts';
import { readGateway } from '../../../lambdas/api/read-gateway.ts';
import { buildPayloadEvent } from '../../../local/http/payload-event.ts';
import { readyVideo } from '../../support/catalog/test-videos.ts';
import { type LocalApi, useLocalApi } from '../../support/api/local-api.ts';

let api: LocalApi;
let videoId: string;
useLocalApi(async (started) => {
  api = started;
  ({ videoId } = await readyVideo(api.catalog.database, { visibility: 'public' }));
});

/** Returns the status and code of a request whose path the gateway has decoded. */
async function get(path: string) {
  const event = buildPayloadEvent({
    accountId: '000000000000',
    apiId: 'api',
    domainName: 'api.test',
    routeKey: '$default',
    stage: '$default',
    method: 'GET',
    path,
    rawQueryString: '',
    headers: {},
    cookies: [],
    body: Buffer.alloc(0),
    textTypes: /json/,
    sourceIp: '127.0.0.1',
    requestId: 'request-1',
    time: new Date(),
  });
  const handler = handle(createApi(api.services, readGateway));
  const { statusCode, body } = await handler(event as unknown as Parameters<typeof handler>[0]);
  return [statusCode, (JSON.parse(body) as { code?: string }).code];
}

test('serves a plain path behind a gateway', async () => {
  expect(await get(`/api/videos/${videoId}`)).toEqual([200, null]);
});

test.each(['/api/videos?limit=1', '/api/videos/ID#x', '/api/videos/ID?x', '/api/videos/../session', '/api//videos', '/api/videos/', '/api/videos/%2e%2e/session'])(
  'finds nothing at %s behind a gateway',
  async (path) => expect(await get(path.replace('ID', videoId))).toEqual([404, 'not_found']),
);

test.each(['/api/videos%3flimit=1', '/api/videos/ID%23x', '/api/videos/ID%2fplayback', '/api/videos/..%2fsession'])(
  'finds nothing at %s',
  async (path) => {
    const { status, body } = await api.request(`GET ${path.replace('ID', videoId)}`);
    expect([status, body['code']]).toEqual([404, 'not_found']);
  },
);
