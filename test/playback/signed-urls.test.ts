import { requestPlayback } from '../../local/cli/play.ts';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { signVideo, type VideoSigner } from '../../lambdas/signing/sign-video.ts';
import { encodeCopy } from '../../lambdas/signing/native-parameters.ts';
import { makeClip } from '../support/clips.ts';
import { waitForFootage } from '../support/footage.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { readSigner } from '../support/read-signer.ts';
import { putSource, waitForEnd } from '../support/uploads.ts';

let played: Playback;
let other: Playback;
let signer: VideoSigner;
/** URLs of a media playlist and a segment, as found through the signed multivariant playlist. */
let childUrl: URL;
let segmentUrl: URL;
let storyboardImage: URL;

function uris(playlist: string): string[] {
  return playlist.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

beforeAll(async () => {
  const cloud = sharedCloud();
  const key = 'another-video.mp4';
  const [{ videoId }, another] = await Promise.all([
    waitForFootage(cloud),
    waitForEnd(cloud, key, await putSource(cloud, key, await makeClip())),
  ]);
  [played, other] = await Promise.all([
    requestPlayback(cloud.running, videoId),
    requestPlayback(cloud.running, another.videoId),
  ]);
  signer = await readSigner(cloud.running);
  const multivariant = await (await fetch(played.hlsUrl)).text();
  childUrl = new URL(uris(multivariant)[0] ?? '', played.hlsUrl);
  segmentUrl = new URL(uris(await (await fetch(childUrl)).text())[0] ?? '', childUrl);
  const storyboard = await (await fetch(played.storyboardUrl ?? '')).text();
  storyboardImage = new URL(/-->.*\n(.+)/.exec(storyboard)?.[1] ?? '', played.storyboardUrl ?? '');
});

async function status(url: URL | string): Promise<number> {
  const response = await fetch(url, { headers: { range: 'bytes=0-99' } });
  await response.arrayBuffer();
  return response.status;
}

/** Signs `url` with the app's own key, valid until `expiresAt`. */
function signedUntil(url: URL, expiresAt: Date): URL {
  const native = signVideo(signer, played.videoId, expiresAt);
  const signed = new URL(url);
  signed.search = `${native}&t=${encodeCopy(native)}`;
  return signed;
}

/** Replaces the signature of `url` with that of another video. */
function withSignatureOf(url: URL, signed: string): URL {
  const foreign = new URL(url);
  foreign.search = new URL(signed).search;
  return foreign;
}

function withParameter(url: URL | string, name: string, change: (value: string) => string): URL {
  const changed = new URL(url);
  changed.searchParams.set(name, change(changed.searchParams.get(name) ?? ''));
  return changed;
}

function without(url: URL | string, ...names: string[]): URL {
  const bare = new URL(url);
  for (const name of names) bare.searchParams.delete(name);
  return bare;
}

/** Changes one character in the middle to another of the alphabet. */
function tampered(value: string): string {
  const middle = Math.floor(value.length / 2);
  return `${value.slice(0, middle)}${value[middle] === 'A' ? 'B' : 'A'}${value.slice(middle + 1)}`;
}

test('playlists, segments, poster and storyboard of a signed video are served', async () => {
  expect(await status(played.hlsUrl)).toBe(200);
  expect(await status(played.dashUrl)).toBe(200);
  expect(await status(childUrl)).toBe(200);
  expect(await status(segmentUrl)).toBe(206);
  expect(await status(played.posterUrl ?? '')).toBe(206);
  expect(await status(played.storyboardUrl ?? '')).toBe(200);
  expect(await status(storyboardImage)).toBe(206);
});

const everyKind: [string, () => URL][] = [
  ['the multivariant playlist', () => new URL(played.hlsUrl)],
  ['the DASH manifest', () => new URL(played.dashUrl)],
  ['a media playlist', () => childUrl],
  ['a segment', () => segmentUrl],
  ['the poster', () => new URL(played.posterUrl ?? '')],
];

describe.each(everyKind)('%s is refused', (_, url) => {
  test('without a signature', async () => {
    const bare = new URL(url());
    bare.search = '';
    expect(await status(bare)).toBe(403);
  });

  test.each(['Policy', 'Signature', 'Key-Pair-Id'])('without %s', async (name) => {
    expect(await status(without(url(), name))).toBe(403);
  });

  test.each(['Policy', 'Signature', 'Key-Pair-Id'])('with a tampered %s', async (name) => {
    expect(await status(withParameter(url(), name, tampered))).toBe(403);
  });

  test("with another video's signature", async () => {
    expect(await status(withSignatureOf(url(), other.hlsUrl))).toBe(403);
  });

  test('with an expired signature, but served with a valid one of the same key', async () => {
    expect(await status(signedUntil(url(), new Date(Date.now() + 60_000)))).toBeLessThan(300);
    expect(await status(signedUntil(url(), new Date(Date.now() - 60_000)))).toBe(403);
  });
});

test("a playlist is refused without `t`, and never contains another viewer's signature", async () => {
  expect(await status(without(played.hlsUrl, 't'))).toBe(403);
  const cloud = sharedCloud();
  const again = await requestPlayback(cloud.running, played.videoId, 3600);
  const [first, second] = await Promise.all(
    [played.hlsUrl, again.hlsUrl].map(async (url) => (await fetch(url)).text()),
  );
  const signature = (url: string): string => new URL(url).searchParams.get('Signature') ?? '';
  expect(first).toContain(signature(played.hlsUrl));
  expect(first).not.toContain(signature(again.hlsUrl));
  expect(second).toContain(signature(again.hlsUrl));
});

test('playlists are not cached, and media is cached for a year', async () => {
  const [playlist, segment] = await Promise.all([
    fetch(played.hlsUrl),
    fetch(segmentUrl, { method: 'HEAD', headers: { origin: 'https://shop.example' } }),
  ]);
  expect(playlist.headers.get('cache-control')).toBe('private, no-store');
  expect(segment.headers.get('cache-control')).toMatch(/max-age=31536000.*immutable/);
  expect(segment.headers.get('x-content-type-options')).toBe('nosniff');
  expect(segment.headers.get('access-control-allow-origin')).toBe('*');
  await playlist.arrayBuffer();
});
