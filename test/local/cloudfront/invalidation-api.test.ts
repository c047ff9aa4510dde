import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { sendError } from '../../../local/aws-api/responses.ts';
import { ApiError } from '../../../local/aws-api/api-error.ts';
import { ANONYMOUS_CALLER } from '../../../local/aws-api/api-service.ts';
import { invalidationApi } from '../../../local/cloudfront/invalidation-api.ts';
import { EdgeFixture } from '../../support/local/edge-fixture.ts';

let edge: EdgeFixture;
let url: string;
let server: ReturnType<typeof createServer>;

beforeEach(async () => {
  edge = await EdgeFixture.start();
  await edge.distribution();
  const service = invalidationApi(edge.cloudFront);
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = {
      request,
      response,
      rawPath: request.url ?? '',
      query: new URLSearchParams(),
      caller: ANONYMOUS_CALLER,
      payload: request,
      trailers: new Map(),
      readBody: () => buffer(request),
      requestId: '1',
    };
    try {
      await service.handle(call);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      sendError(call, service.protocol, error);
    }
  };
  server = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/2020-05-31/distribution`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await edge.stop();
});

function batch(reference: string, ...paths: string[]) {
  return (
    `<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Paths><Quantity>${paths.length}</Quantity><Items>` +
    `${paths.map((path) => `<Path>${path}</Path>`).join('')}</Items></Paths><CallerReference>${reference}</CallerReference></InvalidationBatch>`
  );
}

function create(body: string, id = edge.ref('Distribution')) {
  return fetch(`${url}/${id}/invalidation`, { method: 'POST', body });
}

test('an invalidation makes the edge fetch from its origin again, and is complete in its response', async () => {
  edge.put('v/1/a.mp4', 'old');
  await edge.get('/v/1/a.mp4');
  edge.put('v/1/a.mp4', 'new', { etag: '"2"' });
  const response = await create(batch('r1', '/v/1/*'));
  expect(response.status).toBe(201);
  const body = await response.text();
  expect(body).toContain('<Status>Completed</Status>');
  expect((await edge.get('/v/1/a.mp4')).body.toString()).toBe('new');
  const id = /<Id>(.*)<\/Id>/.exec(body)?.[1];
  expect(await (await fetch(`${url}/${edge.ref('Distribution')}/invalidation/${id}`)).text()).toBe(body);
});

test('two requests with one caller reference make one invalidation', async () => {
  const [first, second] = [
    await (await create(batch('r1', '/a'))).text(),
    await (await create(batch('r1', '/a'))).text(),
  ];
  expect(second).toBe(first);
});

async function errorOf(pending: Promise<Response>) {
  const response = await pending;
  return [response.status, /<Code>(.*)<\/Code>/.exec(await response.text())?.[1]];
}

test('an invalid invalidation is rejected with the code of CloudFront', async () => {
  expect(await errorOf(create(batch('r', '/a'), 'EUNKNOWN'))).toEqual([404, 'NoSuchDistribution']);
  expect(await errorOf(create(batch('r', 'a')))).toEqual([400, 'InvalidArgument']);
  expect(await errorOf(create(batch('r')))).toEqual([400, 'InvalidArgument']);
  expect(await errorOf(fetch(`${url}/${edge.ref('Distribution')}/invalidation/INONE`))).toEqual([
    404,
    'NoSuchInvalidation',
  ]);
});
