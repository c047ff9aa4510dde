import { generateKeyPairSync, verify } from 'node:crypto';
import type { Playable } from '../../../catalog/videos/find-playable.ts';
import { signPlayback } from '../../../lambdas/signing/sign-playback.ts';
import { playbackRefusalSchema, playbackSchema } from '../../../lambdas/contracts/playback.ts';
import { decodeCopy } from '../../../lambdas/signing/native-parameters.ts';

const VIDEO = '0193c5a0-0000-7000-8000-000000000001';
const { publicKey, privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const NOW = new Date('2026-01-01T00:00:00.400Z');

function sign(request: unknown, playable: Playable = ready(60_000), mayExtend?: boolean) {
  return signPlayback(
    {
      findPlayable: async () => playable,
      signer: async () => ({ edgeUrl: 'https://d1.cloudfront.net', keyPairId: 'K1ABC', privateKeyPem: privateKey }),
      now: () => NOW,
      ...(mayExtend !== undefined && { mayExtend }),
    },
    request,
  );
}

function ready(durationMs: number): Playable {
  return {
    state: 'playable',
    videoId: VIDEO,
    revision: 3,
    durationMs,
    encode: { revision: 3, attemptId: 'attempt00' },
    hasPermanentAddress: false,
    pageSource: null,
  };
}

function fromCloudFrontBase64(text: string) {
  return Buffer.from(
    text.replace(/[-_~]/g, (character) => ({ '-': '+', _: '=', '~': '/' })[character] ?? ''),
    'base64',
  );
}

test('returns URLs of the current revision with one signature over the whole path', async () => {
  const playback = playbackSchema.parse(await sign({ videoId: VIDEO }));
  const urls = [playback.hlsUrl, playback.dashUrl, playback.posterUrl, playback.storyboardUrl].map(
    (url) => new URL(url ?? ''),
  );
  expect(urls.map((url) => url.pathname.replace(`/v/${VIDEO}/3/attempt00/`, ''))).toEqual([
    'index.m3u8',
    'index.mpd',
    'poster.jpg',
    'storyboard.vtt',
  ]);
  const policies = urls.map((url) => fromCloudFrontBase64(url.searchParams.get('Policy') ?? '').toString());
  expect(new Set(policies).size).toBe(1);
  expect(JSON.parse(policies[0] ?? '')).toEqual({
    Statement: [
      {
        Resource: `https://d1.cloudfront.net/v/${VIDEO}/*`,
        Condition: { DateLessThan: { 'AWS:EpochTime': Date.parse('2026-01-01T02:00:00Z') / 1000 } },
      },
    ],
  });
});

test('signs with ECDSA over SHA-256 and names the algorithm in the URL', async () => {
  const { hlsUrl } = playbackSchema.parse(await sign({ videoId: VIDEO }));
  const query = new URL(hlsUrl).searchParams;
  expect(query.get('Hash-Algorithm')).toBe('SHA256');
  expect(query.get('Key-Pair-Id')).toBe('K1ABC');
  const [policy, signature] = [query.get('Policy') ?? '', query.get('Signature') ?? ''].map(fromCloudFrontBase64);
  expect(verify('sha256', policy ?? Buffer.of(), publicKey, signature ?? Buffer.of())).toBe(true);
});

test('adds a copy of the signature to playlist URLs that the playlist function accepts', async () => {
  const { hlsUrl } = playbackSchema.parse(await sign({ videoId: VIDEO }));
  const [native, copy] = (hlsUrl.split('?')[1] ?? '').split('&t=');
  expect(decodeCopy(copy ?? '')).toBe(native);
});

test.each([
  ['a short video', 60_000, undefined, '2026-01-01T02:00:00.000Z'],
  ['a long film', 3 * 3_600_000, undefined, '2026-01-01T04:00:00.000Z'],
  ['a recording of several weeks', 30 * 86_400_000, undefined, '2026-01-08T00:00:00.000Z'],
  ['a video with a requested lifetime', 60_000, 90, '2026-01-01T00:01:30.000Z'],
])('lets %s play to its end with an hour of pauses', async (_, durationMs, expiresInSeconds, expected) => {
  const playback = playbackSchema.parse(await sign({ videoId: VIDEO, expiresInSeconds }, ready(durationMs)));
  expect(playback.expiresAt).toBe(expected);
});

test('grants more than the default lifetime only to callers that may extend it', async () => {
  const week = { videoId: VIDEO, expiresInSeconds: 604_800 };
  expect(await sign(week)).toMatchObject({ expiresAt: '2026-01-01T02:00:00.000Z' });
  expect(await sign(week, ready(60_000), true)).toMatchObject({ expiresAt: '2026-01-08T00:00:00.000Z' });
});

test.each([
  ['invalid_request', { videoId: 'x' }, ready(1)],
  ['invalid_request', undefined, ready(1)],
  ['invalid_request', { videoId: VIDEO, expiresInSeconds: 604_801 }, ready(1)],
  ['video_not_found', { videoId: VIDEO }, { state: 'not_found' } as const],
  ['video_not_ready', { videoId: VIDEO }, { state: 'not_ready' } as const],
])('refuses with %s and a reason', async (error, request, playable) => {
  expect(playbackRefusalSchema.parse(await sign(request, playable))).toMatchObject({ error });
});
