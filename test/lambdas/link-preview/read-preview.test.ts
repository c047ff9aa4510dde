import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readPreview } from '../../../lambdas/link-preview/read-preview.ts';

const VIDEO = '01a200ec-fe9f-72ad-a404-914b9a616439';

let server: Server;
let origin: string;
let response: { readonly status: number; readonly body: unknown };
let seen: unknown[];
beforeAll(async () => {
  server = createServer(({ url, headers }, reply) => {
    seen.push([url, headers.authorization]);
    reply.writeHead(response.status, { 'content-type': 'application/json' }).end(JSON.stringify(response.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => void (seen = []));
afterAll(() => new Promise((resolve) => server.close(resolve)));

function read(posterUrl: string | null, status = 200) {
  response = { status, body: { title: 'A film', description: 'About a river', posterUrl, visibility: 'public' } };
  return readPreview(origin, VIDEO, new AbortController().signal);
}

test('reads what the API shows to a signed-out visitor', async () => {
  const posterKey = `v/${VIDEO}/2/attempt00/poster.jpg`;
  expect(await read(`https://v.example.com/${posterKey}?Policy=1`)).toEqual({
    title: 'A film',
    description: 'About a river',
    posterKey,
  });
  expect(await read(null)).toMatchObject({ posterKey: null });
  expect(seen).toEqual([1, 2].map(() => [`/api/videos/${VIDEO}`, undefined]));
});

test('finds no video that a visitor does not see', async () => {
  expect(await read(null, 404)).toBeUndefined();
});

test.each([401, 429, 500, 503])('fails if the API responds with the status %i', async (status) => {
  await expect(read(null, status)).rejects.toMatchObject({ code: 'preview_unavailable', retryable: true });
});

test.each([
  'https://v.example.com/v/01a200ec-fe9f-72ad-a404-914b9a616430/2/attempt00/poster.jpg',
  `https://v.example.com/v/${VIDEO}/2/attempt00/index.m3u8`,
  `https://v.example.com/v/${VIDEO}/../secret/poster.jpg`,
])('signs nothing but a poster of the video: %s', async (posterUrl) => {
  await expect(read(posterUrl)).rejects.toMatchObject({ code: 'preview_unavailable' });
});
