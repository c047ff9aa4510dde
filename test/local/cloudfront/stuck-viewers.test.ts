import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { EdgeFixture, functionResponse, toFunction } from '../../support/local/edge-fixture.ts';

const MAX_STALL_MS = 300;
/** More than the buffers of a connection on this machine hold. */
const LARGE = Buffer.alloc(64 * 1024 * 1024, 'x');

let edge: EdgeFixture;
let viewer: Socket;
beforeEach(async () => void (edge = await EdgeFixture.start({ maxStallMs: MAX_STALL_MS })));
afterEach(async () => {
  viewer.destroy();
  await edge.stop();
});

function request(path: string): Socket {
  viewer = connect(edge.port, '127.0.0.1');
  viewer.on('error', () => undefined);
  viewer.write(`GET ${path} HTTP/1.1\r\nHost: edge\r\n\r\n`);
  return viewer;
}

function countConnections(): Promise<number> {
  return new Promise((resolve, reject) => {
    edge.cloudFront.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}

test.each(['a cached object', 'a response of a function'])(
  'disconnects a viewer that stops reading %s, and logs the response as unfinished',
  async (kind) => {
    edge.put('large.mp4', LARGE);
    edge.respond = async () => functionResponse(LARGE);
    await edge.distribution(kind === 'a cached object' ? {} : toFunction);
    const socket = request('/large.mp4');
    await once(socket, 'data');
    socket.pause();
    while (!/\/large\.mp4\t200\tError\t/.test(await edge.accessLog)) await delay(10);
    expect(await countConnections()).toBe(0);
    expect(edge.errors).toEqual([]);
  },
);

test('keeps a viewer that reads slowly for longer than the limit', async () => {
  edge.put('large.mp4', LARGE);
  await edge.distribution();
  const socket = request('/large.mp4');
  let received = 0;
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length;
    socket.pause();
  });
  const started = performance.now();
  while (!socket.destroyed && (performance.now() - started < 3 * MAX_STALL_MS || received < LARGE.length)) {
    socket.resume();
    await delay(performance.now() - started < 3 * MAX_STALL_MS ? 10 : 0);
  }
  expect(received).toBeGreaterThan(LARGE.length);
});

test('waits for an origin that takes longer than the limit', async () => {
  edge.respond = async () => {
    await delay(2 * MAX_STALL_MS);
    return functionResponse('late');
  };
  await edge.distribution(toFunction);
  const [response] = (await once(request('/slow'), 'data')) as [Buffer];
  expect(response.toString()).toContain('200 OK');
});
