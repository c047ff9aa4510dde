import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { sendError } from '../../../local/aws-api/responses.ts';
import { ApiError } from '../../../local/aws-api/api-error.ts';
import { ANONYMOUS_CALLER } from '../../../local/aws-api/api-service.ts';
import { type CloudFrontHabits, DEFAULT_HABITS } from '../../../local/cloud/habits.ts';
import { invalidationApi } from '../../../local/cloudfront/invalidation-api.ts';
import { EdgeFixture } from '../../support/local/edge-fixture.ts';

let edge: EdgeFixture;
let url: string;
let server: ReturnType<typeof createServer>;
let now: Date;
/** Replaces the service by one with other habits. */
let copy: (changed: Partial<CloudFrontHabits>) => void;
let scheduled: { readonly effect: () => void; readonly delayMs: number }[];

beforeEach(async () => {
  now = new Date('2026-06-01T12:00:00Z');
  edge = await EdgeFixture.start();
  await edge.distribution();
  scheduled = [];
  const serviceWith = (cloudFront: CloudFrontHabits) =>
    invalidationApi(edge.cloudFront, {
      habits: { seed: 1, cloudFront },
      now: () => now,
      runLater: (effect, delayMs) => scheduled.push({ effect, delayMs }),
    });
  let service = serviceWith(DEFAULT_HABITS.cloudFront);
  copy = (changed) => {
    service = serviceWith({ ...DEFAULT_HABITS.cloudFront, ...changed });
  };
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
      authorize: async () => undefined,
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

test('an invalidation makes the edge fetch from its origin again, and completes', async () => {
  edge.put('v/1/a.mp4', 'old');
  await edge.get('/v/1/a.mp4');
  edge.put('v/1/a.mp4', 'new', { etag: '"2"' });
  const response = await create(batch('r1', '/v/1/*'));
  expect(response.status).toBe(201);
  const body = await response.text();
  expect(body).toContain('<Status>InProgress</Status>');
  expect((await edge.get('/v/1/a.mp4')).body.toString()).toBe('new');
  const id = /<Id>(.*)<\/Id>/.exec(body)?.[1];
  const get = async () => (await fetch(`${url}/${edge.ref('Distribution')}/invalidation/${id}`)).text();
  expect(await get()).toBe(body);
  now = new Date(now.getTime() + 2000);
  expect(await get()).toBe(body.replace('InProgress', 'Completed'));
});

test('two requests with one caller reference make one invalidation', async () => {
  const [first, second] = [
    await (await create(batch('r1', '/a'))).text(),
    await (await create(batch('r1', '/a'))).text(),
  ];
  expect(second).toBe(first);
  // The same reference cannot name other paths.
  expect(await errorOf(create(batch('r1', '/b')))).toEqual([400, 'InvalidArgument']);
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

test('at most 15 paths with a wildcard are in progress at once, repeated references aside', async () => {
  for (let index = 0; index < 15; index += 1) expect((await create(batch(`r${index}`, `/v/${index}/*`))).status).toBe(201);
  expect((await create(batch('r14', '/v/14/*'))).status).toBe(201);
  expect(await errorOf(create(batch('r15', '/v/15/*')))).toEqual([400, 'TooManyInvalidationsInProgress']);
  expect((await create(batch('file', '/a'))).status).toBe(201);
  now = new Date(now.getTime() + 2000);
  expect((await create(batch('r15', '/v/15/*'))).status).toBe(201);
});

test('an invalidation that lags removes nothing before it completes', async () => {
  copy({ invalidationMs: [2_000, 20_000], invalidationEffect: 'at the end' });
  edge.put('v/1/a.mp4', 'old');
  await edge.get('/v/1/a.mp4');
  edge.put('v/1/a.mp4', 'new', { etag: '"2"' });
  expect((await create(batch('r1', '/v/1/*'))).status).toBe(201);
  expect((await create(batch('r1', '/v/1/*'))).status).toBe(201);
  expect((await edge.get('/v/1/a.mp4')).body.toString()).toBe('old');
  expect(scheduled.map(({ delayMs }) => delayMs >= 2_000 && delayMs <= 20_000)).toEqual([true]);
  for (const { effect } of scheduled) effect();
  expect((await edge.get('/v/1/a.mp4')).body.toString()).toBe('new');
});

test('a stuck invalidation takes effect, but stays in progress for ten minutes', async () => {
  copy({ stuckInvalidations: 1 });
  edge.put('v/1/a.mp4', 'old');
  await edge.get('/v/1/a.mp4');
  edge.put('v/1/a.mp4', 'new', { etag: '"2"' });
  await create(batch('r1', '/v/1/*'));
  expect((await edge.get('/v/1/a.mp4')).body.toString()).toBe('new');
  now = new Date(now.getTime() + 599_000);
  expect(await (await create(batch('r1', '/v/1/*'))).text()).toContain('<Status>InProgress</Status>');
  now = new Date(now.getTime() + 1_000);
  expect(await (await create(batch('r1', '/v/1/*'))).text()).toContain('<Status>Completed</Status>');
});

test('an invalidation is refused while others take all places', async () => {
  copy({ refusedInvalidations: 1 });
  expect(await errorOf(create(batch('r1', '/v/1/*')))).toEqual([400, 'TooManyInvalidationsInProgress']);
});
