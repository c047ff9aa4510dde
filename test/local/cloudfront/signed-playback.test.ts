import { createPublicKey } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { text } from 'node:stream/consumers';
import { playbackSchema } from '../../../lambdas/contracts/playback.ts';
import { signPlayback } from '../../../lambdas/signing/sign-playback.ts';
import { servePlaylist } from '../../../lambdas/playlist/serve-playlist.ts';
import { copyVerifier } from '../../../lambdas/signing/verify-copy.ts';
import type { StreamedHttpRequest } from '../../../local/http/http-message.ts';
import { playlistObjects } from '../../support/playlist-objects.ts';
import { EdgeFixture, FUNCTION_DOMAIN, functionResponse, KEYS } from '../../support/local/edge-fixture.ts';

/** End-to-end signed playback: the playback function's URLs, the edge, and the playlist function behind it. */

const VIDEO = '0193c5a0-0000-7000-8000-000000000001';
const OTHER = '0193c5a0-0000-7000-8000-000000000002';

function folder(videoId: string) {
  return `v/${videoId}/1/attempt00`;
}

let edge: EdgeFixture;

beforeEach(async () => {
  edge = await EdgeFixture.start();
  const cachePolicy = await edge.provision('AWS::CloudFront::CachePolicy', 'Playlists', {
    CachePolicyConfig: {
      Name: 'playlists',
      MinTTL: 0,
      DefaultTTL: 0,
      MaxTTL: 1,
      ParametersInCacheKeyAndForwardedToOrigin: {
        EnableAcceptEncodingGzip: true,
        EnableAcceptEncodingBrotli: false,
        HeadersConfig: { HeaderBehavior: 'none' },
        CookiesConfig: { CookieBehavior: 'none' },
        QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['t'] },
      },
    },
  });
  const TrustedKeyGroups = [await edge.keyGroup()];
  const playlists = {
    TargetOriginId: 'function',
    ViewerProtocolPolicy: 'https-only',
    CachePolicyId: cachePolicy,
    TrustedKeyGroups,
  };
  await edge.distribution(
    { TrustedKeyGroups },
    {
      CacheBehaviors: [
        { ...playlists, PathPattern: '/v/*.m3u8' },
        { ...playlists, PathPattern: '/v/*.mpd' },
      ],
    },
  );
  edge.respond = respondWithPlaylist;
  for (const videoId of [VIDEO, OTHER]) putVideo(videoId);
});

afterEach(() => edge.stop());

/** Stands in for the playlist function. Like its role, it reads only published objects. */
async function respondWithPlaylist({ method, rawPath, rawQueryString, headers }: StreamedHttpRequest) {
  const call = { method, path: rawPath, query: rawQueryString, acceptEncoding: headers['accept-encoding'] ?? '' };
  const response = await servePlaylist(call, {
    objects: { ...playlistObjects(), texts: { get: async (key) => readPublished(key) } },
    verifyCopy: copyVerifier(new Map([[edge.ref('Ec'), createPublicKey(KEYS.ec.publicKey)]]), () => edge.now),
  });
  return functionResponse(response.body, { ...response.headers }, response.status);
}

function readPublished(key: string): string | undefined {
  const object = edge.objects.get(key);
  return object?.tags?.['sluice:published'] === 'true' ? object.body.toString() : undefined;
}

function putVideo(videoId: string): void {
  const put = (name: string, body: string) => edge.put(`${folder(videoId)}/${name}`, body);
  put(
    'index.m3u8',
    '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",URI="index_audio.m3u8"\n#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a"\nindex_720p.m3u8\n',
  );
  put(
    'index_720p.m3u8',
    '#EXTM3U\n#EXT-X-MAP:URI="index_720p.cmfv",BYTERANGE="4@0"\n#EXTINF:2,\n#EXT-X-BYTERANGE:6@4\nindex_720p.cmfv\n#EXT-X-ENDLIST\n',
  );
  put(
    'index_audio.m3u8',
    '#EXTM3U\n#EXT-X-MAP:URI="index_audio.cmfa",BYTERANGE="4@0"\n#EXTINF:2,\n#EXT-X-BYTERANGE:6@4\nindex_audio.cmfa\n#EXT-X-ENDLIST\n',
  );
  put(
    'index.mpd',
    '<MPD><Period><AdaptationSet><Representation id="1"><BaseURL>index_720p.cmfv</BaseURL></Representation></AdaptationSet></Period></MPD>',
  );
  for (const name of ['index_720p.cmfv', 'index_audio.cmfa', 'poster.jpg']) put(name, '0123456789');
}

async function sign(videoId: string, expiresInSeconds = 3600) {
  const sources = {
    findPlayable: async () =>
      ({ state: 'playable', videoId, revision: 1, durationMs: 2000, encode: { revision: 1, attemptId: 'attempt00' }, hasPermanentAddress: false, pageSource: null }) as const,
    signer: async () => ({ edgeUrl: edge.url, keyPairId: edge.ref('Ec'), privateKeyPem: KEYS.ec.privateKey }),
    now: () => edge.now,
  };
  return playbackSchema.parse(await signPlayback(sources, { videoId, expiresInSeconds }));
}

/** Loads a playlist and its media like a minimal player: no cookies, no headers, relative URLs resolved by RFC 3986. */
async function collect(url: string, seen = new Map<string, number>()): Promise<Map<string, number>> {
  if (seen.has(url)) return seen;
  const response = await fetch(url);
  seen.set(url, response.status);
  const body = await response.text();
  if (!new URL(url).pathname.endsWith('.m3u8')) return seen;
  const references = body
    .split('\n')
    .flatMap((line) => (line.startsWith('#') ? [...line.matchAll(/URI="(.*?)"/g)].map(([, uri = '']) => uri) : [line]));
  for (const reference of references.filter(Boolean)) await collect(new URL(reference, url).href, seen);
  return seen;
}

test('one URL gives access to every playlist and file of a video', async () => {
  const { hlsUrl } = await sign(VIDEO);
  const seen = await collect(hlsUrl);
  expect([...seen].map(([url, status]) => [new URL(url).pathname.split('/').at(-1), status])).toEqual([
    ['index.m3u8', 200],
    ['index_audio.m3u8', 200],
    ['index_audio.cmfa', 200],
    ['index_720p.m3u8', 200],
    ['index_720p.cmfv', 200],
  ]);
});

test('the DASH manifest, its media and the poster are accessible too', async () => {
  const { dashUrl, posterUrl } = await sign(VIDEO);
  const manifest = await fetch(dashUrl);
  expect(manifest.headers.get('content-type')).toBe('application/dash+xml');
  const reference = /<BaseURL>(.*)<\/BaseURL>/.exec(await manifest.text())?.[1]?.replaceAll('&amp;', '&') ?? '';
  const part = await fetch(new URL(reference, dashUrl), { headers: { range: 'bytes=4-9' } });
  expect([part.status, await part.text()]).toEqual([206, '456789']);
  expect((await fetch(posterUrl ?? '')).status).toBe(200);
});

test('a missing, expired or foreign signature is rejected', async () => {
  const own = await sign(VIDEO);
  const others = await sign(OTHER);
  const opened = [...(await collect(own.hlsUrl)).keys(), own.dashUrl, own.posterUrl ?? ''];
  for (const url of opened) {
    const { pathname, search } = new URL(url);
    expect((await edge.get(pathname)).status).toBe(403);
    expect((await edge.get(`${pathname}${new URL(others.hlsUrl).search}`)).status).toBe(403);
    expect((await edge.get(`${pathname}${search.replace('Policy=eyJ', 'Policy=eyK')}`)).status).toBe(403);
    expect((await edge.get(`${pathname.replace(VIDEO, OTHER)}${search}`)).status).toBe(403);
  }
  edge.now = new Date(edge.now.getTime() + 3601 * 1000);
  for (const url of opened) expect((await fetch(url)).status).toBe(403);
});

test('a playlist request without the copy of the signature is rejected', async () => {
  const { hlsUrl } = await sign(VIDEO);
  expect((await fetch(hlsUrl.replace(/&t=.*/, ''))).status).toBe(403);
});

function policyIn(url: string) {
  return new URL(url).searchParams.get('Policy') ?? '';
}

test("keeps one viewer's playlist from another", async () => {
  const [first, second] = [await sign(VIDEO, 600), await sign(VIDEO, 1200)];
  const urls = [first.hlsUrl, second.hlsUrl, first.hlsUrl, second.hlsUrl];
  const bodies = await Promise.all(urls.map(async (url) => (await fetch(url)).text()));
  for (const [index, url] of urls.entries()) {
    const other = url === first.hlsUrl ? second.hlsUrl : first.hlsUrl;
    expect(bodies[index]).toContain(policyIn(url));
    expect(bodies[index]).not.toContain(policyIn(other));
  }
});

test('playlists are cached neither at the edge nor downstream', async () => {
  const { hlsUrl } = await sign(VIDEO);
  for (const _ of ['first', 'second']) {
    const response = await fetch(hlsUrl);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(response.headers.get('x-cache')).toBe('Miss from cloudfront');
  }
  expect(edge.functionCalls).toHaveLength(2);
});

test('playlists are gzipped for clients that accept it', async () => {
  const { hlsUrl } = await sign(VIDEO);
  const { pathname, search } = new URL(hlsUrl);
  const zipped = await edge.get(pathname + search, { 'accept-encoding': 'gzip, br' });
  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(zipped.body).toString()).toContain('#EXTM3U');
  const plain = await edge.get(pathname + search);
  expect(plain.headers['content-encoding']).toBeUndefined();
  const head = await edge.get(pathname + search, {}, 'HEAD');
  expect([head.headers['content-length'], head.body.length]).toEqual([plain.headers['content-length'], 0]);
});

test('an unpublished video is not accessible', async () => {
  for (const object of edge.objects.values()) object.tags = {};
  const { hlsUrl, dashUrl, posterUrl } = await sign(VIDEO);
  for (const url of [hlsUrl, dashUrl, posterUrl ?? '']) expect((await fetch(url)).status).toBe(403);
});

test('media is cached across viewers with different signatures', async () => {
  const [first, second] = [await sign(VIDEO, 600), await sign(VIDEO, 1200)];
  await collect(first.hlsUrl);
  const media = [...(await collect(second.hlsUrl)).keys()].find((url) => url.includes('720p.cmfv')) ?? '';
  expect((await fetch(media)).headers.get('x-cache')).toBe('Hit from cloudfront');
  expect(new Set(edge.bucketReads.map(({ key }) => key)).size).toBe(edge.bucketReads.length);
});

test('the playlist function receives only the copy of the signature, at its own host', async () => {
  const { hlsUrl } = await sign(VIDEO);
  await fetch(hlsUrl);
  const [call] = edge.functionCalls;
  expect(call?.rawQueryString).toBe(new URL(hlsUrl).search.replace(/.*&(t=)/, '$1'));
  expect(call?.headers['host']).toBe(FUNCTION_DOMAIN);
  expect(call === undefined ? '' : await text(call.body)).toBe('');
});
