import { gunzipSync } from 'node:zlib';
import { servePlaylist, type PlaylistCall } from '../../../lambdas/playlist/serve-playlist.ts';
import { encodeCopy } from '../../../lambdas/signing/native-parameters.ts';
import { playlistObjects } from '../../support/playlist-objects.ts';

const PATH = '/v/0193c5a0-0000-7000-8000-000000000001/1/attempt00/index.m3u8';
const NATIVE = 'Policy=eyJ_&Key-Pair-Id=K1ABC&Signature=MEUC~-&Hash-Algorithm=SHA256';
const QUERY = `t=${encodeCopy(NATIVE)}`;

const objects = new Map([
  [PATH.slice(1), '#EXTM3U\nindex_720p.m3u8\n'],
  [PATH.slice(1).replace('m3u8', 'mpd'), '<MPD></MPD>'],
]);

function serve(call: Partial<PlaylistCall>) {
  return servePlaylist(
    { method: 'GET', path: PATH, query: QUERY, acceptEncoding: '', ...call },
    { objects: playlistObjects({ texts: objects }), verifyCopy: () => true },
  );
}

/** Encodes a copy in non-canonical base64, which decodes to the same bytes. */
function encodeNonCanonically(native: string): string {
  const padded = native.replace('Policy=', `Policy=${'x'.repeat((4 - (native.length % 3)) % 3)}`);
  return encodeCopy(padded).replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1));
}

test('serves a playlist with its content type to this viewer only', async () => {
  const response = await serve({});
  expect(response.status).toBe(200);
  expect(response.headers).toMatchObject({
    'content-type': 'application/vnd.apple.mpegurl',
    'cache-control': 'private, no-store',
  });
  expect(response.body.toString()).toBe(`#EXTM3U\nindex_720p.m3u8?${NATIVE}&${QUERY}\n`);
  expect((await serve({ path: PATH.replace('m3u8', 'mpd') })).headers['content-type']).toBe('application/dash+xml');
});

test.each([
  ['gzip, deflate, br', true],
  ['*', true],
  ['br;q=1, gzip;q=0.5', true],
  ['gzip;q=0', false],
  ['gzip;q=0.0, *', false],
  ['identity', false],
  ['', false],
])('gzips for Accept-Encoding "%s": %s', async (acceptEncoding, gzipped) => {
  const { headers, body } = await serve({ acceptEncoding });
  expect(headers['content-encoding']).toBe(gzipped ? 'gzip' : undefined);
  expect((gzipped ? gunzipSync(body) : body).toString()).toContain('#EXTM3U');
});

test('refuses a playlist that is too long, and says what to do', async () => {
  const text = `#EXTM3U\n${'a.ts\n'.repeat(900_000)}`;
  const read = { objects: { ...playlistObjects(), texts: { get: async () => text } }, verifyCopy: () => true };
  const { status, body } = await servePlaylist({ method: 'GET', path: PATH, query: QUERY, acceptEncoding: 'gzip' }, read);
  expect([status, body.toString()]).toEqual([404, 'The playlist is too long. Request a part of the video with start and end.\n']);
});

test('responds to HEAD as to GET, including the length', async () => {
  expect(await serve({ method: 'HEAD' })).toEqual(await serve({}));
});

test('responds to a preflight without reading anything', async () => {
  const response = await serve({ method: 'OPTIONS', path: '/v/x.m3u8', query: '' });
  expect(response).toMatchObject({ status: 204, headers: { 'cache-control': 'private, no-store' } });
  expect(response.body).toHaveLength(0);
});

test('refuses other methods', async () => {
  expect((await serve({ method: 'POST' })).status).toBe(405);
});

test.each([
  ['no copy', ''],
  ['two copies', `${QUERY}&${QUERY}`],
  ['an empty copy', 't='],
  ['padding', `${QUERY}=`],
  ['another alphabet', 't=ab+/'],
  ['a line break inside', `t=${encodeCopy(`${NATIVE}\n#EXT-X-KEY`)}`],
  ['a quote inside', `t=${encodeCopy(NATIVE.replace('K1', 'K"1'))}`],
  ['an angle bracket inside', `t=${encodeCopy(NATIVE.replace('K1', 'K<1'))}`],
  ['a percent sign inside', `t=${encodeCopy(NATIVE.replace('K1', 'K%221'))}`],
  ['a missing parameter', `t=${encodeCopy('Policy=a&Signature=b')}`],
  ['a parameter twice', `t=${encodeCopy(`${NATIVE}&Policy=b`)}`],
  ['a parameter of another name', `t=${encodeCopy(`${NATIVE}&x=b`)}`],
  ['a canned policy, which covers one file only', `t=${encodeCopy('Expires=1&Signature=b&Key-Pair-Id=K1')}`],
  ['an unknown hash', `t=${encodeCopy(NATIVE.replace('SHA256', 'MD5'))}`],
  ['more characters than any signature', `t=${encodeCopy(NATIVE.replace('eyJ_', 'e'.repeat(5000)))}`],
  ['non-canonical base64', `t=${encodeNonCanonically(NATIVE)}`],
])('refuses a copy with %s', async (_, query) => {
  expect((await serve({ query })).status).toBe(403);
});

test.each([
  '/v/../secrets/1/attempt00/index.m3u8',
  PATH.replace('index', '../index'),
  PATH.replace('index', '..%2findex'),
  PATH.replace('index', '.hidden'),
  PATH.replace('index', '인덱스'),
  PATH.replace('/index', '//index'),
  PATH.replace('.m3u8', '.m3u8/x'),
  PATH.replace('.m3u8', '.mp4'),
  PATH.replace('/1/', '/0/'),
  PATH.toUpperCase(),
  `/w${PATH}`,
  '/v/.m3u8',
])('refuses the path %s', async (path) => {
  const response = await servePlaylist(
    { method: 'GET', path, query: QUERY, acceptEncoding: '' },
    { objects: { ...playlistObjects(), texts: { get: async () => '#EXTM3U\n' } }, verifyCopy: () => true },
  );
  expect(response.status).toBe(403);
});

test('refuses missing playlists and unsigned requests with the same response', async () => {
  const missing = await serve({ path: PATH.replace('index', 'other') });
  expect(missing).toEqual(await serve({ query: '' }));
});
