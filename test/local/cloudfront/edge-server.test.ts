import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { EdgeFixture } from '../../support/local/edge-fixture.ts';

let edge: EdgeFixture;
beforeEach(async () => void (edge = await EdgeFixture.start()));
afterEach(() => edge.stop());

test.each([
  ['two Host headers', 'Host: edge\r\nhost: edge'],
  ['no Host header', 'Accept: */*'],
])('refuses a request with %s, and serves no other one on its connection', async (_, headers) => {
  edge.put('a.mp4', 'film');
  await edge.distribution();
  const viewer = connect(edge.port, '127.0.0.1');
  viewer.write(`GET /a.mp4 HTTP/1.1\r\n${headers}\r\n\r\nGET /a.mp4 HTTP/1.1\r\nHost: edge\r\n\r\n`);
  const responses = await text(viewer);
  expect(responses).toMatch(/^HTTP\/1\.1 400 /);
  expect(responses).not.toContain('film');
});
