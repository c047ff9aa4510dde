/// <reference lib="dom" />
import type { Browser } from 'playwright-core';
import { encodePrefix } from '../../lambdas/contracts/output-layout.ts';
import { encodeCopy } from '../../lambdas/signing/native-parameters.ts';
import { signVideo, type VideoSigner } from '../../lambdas/signing/sign-video.ts';
import { launchBrowser, openPage } from '../support/browser.ts';
import { decodeAll, makeClip } from '../support/clips.ts';
import { describeWithChromium } from '../support/describe-with-chromium.ts';
import { dashAddresses, hlsAddresses } from '../support/media/playlist-references.ts';
import { COPIED_ATTEMPT, publishEncode, publishIndex, publishPointer } from '../support/playback/publish-copy.ts';
import { type PlayerPage, servePlayerPage } from '../support/player-page.ts';
import { readSigner } from '../support/read-signer.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { putSource, waitForEnd } from '../support/uploads.ts';

/** Videos that the catalog does not know, so that nothing but these tests changes them. */

const KEY = 'permanent-address.mp4';

let signer: VideoSigner;
/** Video of which an encode plays. */
let encoded: string;
/** Video of which the source plays. */
let packaged: string;
let deleted: string;
let unindexed: string;

beforeAll(async () => {
  const cloud = sharedCloud();
  signer = await readSigner(cloud.running);
  const clip = await makeClip('-g', '25', '-metadata:s:a:0', 'language=eng');
  const { videoId, revision, attemptId } = await waitForEnd(cloud, KEY, await putSource(cloud, KEY, clip));
  encoded = await publishPointer(cloud, { kind: 'encode', revision: 1, attemptId: COPIED_ATTEMPT });
  packaged = await publishPointer(cloud, { kind: 'source', revision: 1 });
  [unindexed, deleted] = [await publishPointer(cloud, { kind: 'source', revision: 1 }), await publishPointer(cloud, null)];
  await publishEncode(cloud, encoded, encodePrefix({ videoId, revision, attemptId: attemptId ?? '' }));
  for (const to of [encoded, packaged, deleted]) await publishIndex(cloud, to, KEY, 1);
});

/** Returns the URL of a video's file with a signature for a video. */
function sign(videoId: string, file: string, signedVideoId = videoId, expiresInMs = 600_000): string {
  const native = signVideo(signer, signedVideoId, new Date(Date.now() + expiresInMs));
  return `${signer.edgeUrl}/v/${videoId}/${file}${file.includes('?') ? '&' : '?'}${native}&t=${encodeCopy(native)}`;
}

async function load(url: string): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }> {
  const response = await fetch(url);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

test.each(['index.m3u8', 'index.mpd'])('ffmpeg decodes an encode in full from the %s at its signed permanent address', async (file) => {
  const [own, played] = [await decodeAll(sign(encoded, `1/${COPIED_ATTEMPT}/${file}`)), await decodeAll(sign(encoded, file))];
  expect(played).toEqual({ ...own, warnings: '' });
  expect(played.streams.map(({ type, frames }) => [type, frames])).toContainEqual(['video', 50]);
});

test.each([
  ['index.m3u8', 50],
  ['index.mpd', 50],
  ['index.m3u8?start=1.5', 25],
  ['index.mpd?trimming=0-0.5,1.5-2', 50],
])('ffmpeg decodes a source just in time from %s at its signed permanent address', async (file, frames) => {
  const { streams, warnings } = await decodeAll(sign(packaged, file));
  expect(warnings).toBe('');
  expect(streams.filter(({ type }) => type === 'video').map((stream) => stream.frames)).toContain(frames);
  expect(streams.map(({ type }) => type)).toContain('audio');
});

const PLAYERS = [
  { player: 'hls', file: 'index.m3u8' },
  { player: 'shaka', file: 'index.m3u8' },
  { player: 'shaka', file: 'index.mpd' },
  { player: 'dashjs', file: 'index.mpd' },
] as const;

describeWithChromium('players in Chromium, on a page of another origin', () => {
  let browser: Browser;
  let playerPage: PlayerPage;
  beforeAll(async () => void ([browser, playerPage] = await Promise.all([launchBrowser(), servePlayerPage()])));
  afterAll(() => Promise.all([browser?.close(), playerPage?.close()]));

  test.each([
    ['an encode', () => encoded],
    ['a source', () => packaged],
  ])('play %s at its permanent address to its end', async (_, videoId) => {
    const page = await openPage(browser);
    await page.goto(playerPage.urlForAll(PLAYERS.map(({ player, file }) => ({ player, source: sign(videoId(), file) }))));
    const played = page.frames().slice(1).map(async (frame) => {
      await frame.waitForFunction(() => window.player?.video.readyState >= 2);
      await frame.evaluate(() => window.player.video.play());
      await frame.waitForFunction(() => window.player.endings > 0);
      return frame.evaluate(() => [window.player.errors, Math.round(window.player.video.currentTime)]);
    });
    expect(await Promise.all(played)).toEqual(PLAYERS.map(() => [[], 2]));
  });
});

test.each([
  ['index.m3u8', hlsAddresses],
  ['index.mpd', dashAddresses],
])('the %s of a source leads through the edge to files of its revision', async (file, addressesOf) => {
  const url = sign(packaged, file);
  const { status, text, headers } = await load(url);
  expect([status, headers.get('cache-control')]).toEqual([200, 'private, no-store']);
  const addresses = addressesOf(text, url);
  expect(addresses.length).toBeGreaterThan(1);
  for (const address of addresses) expect(address).toContain(`/v/${packaged}/1/mp4hls/`);
  const media = addresses.filter((address) => new URL(address).pathname.endsWith('.m3u8'));
  for (const address of media) expect((await load(address)).text).toMatch(/^fmp4-\d_0\.m4s\?Policy=/m);
});

test.each([
  ['start=1.5', 'start=1.5', 1],
  ['end=1', 'start=0&end=1', 1],
  ['trimming=0-0.5,1.5-2', 'trimming=0-0.5,1.5-2', 2],
])('%s reaches the playlist function through the edge', async (clipQuery, mediaQuery, segments) => {
  const url = sign(packaged, `index.m3u8?${clipQuery}`);
  const [media = ''] = hlsAddresses((await load(url)).text, url);
  expect(new URL(media).search).toContain(`?${mediaQuery}&Policy=`);
  const numbers = [...(await load(media)).text.matchAll(/^fmp4-\d_(\d+)\.m4s/gm)].map(([, number]) => Number(number));
  expect(numbers).toHaveLength(segments);
});

test('a clip that is not valid is refused with the reason', async () => {
  expect(await load(sign(packaged, 'index.m3u8?start=soon'))).toMatchObject({
    status: 400,
    text: "'soon' in start is not a time in seconds, such as 90 or 12.5.\n",
  });
});

test('a deleted video is refused, and one without an index asks to try again', async () => {
  expect((await load(sign(deleted, 'index.m3u8'))).status).toBe(403);
  const { status, text, headers } = await load(sign(unindexed, 'index.m3u8'));
  expect([status, headers.get('retry-after'), headers.get('cache-control')]).toEqual([503, '1', 'private, no-store']);
  expect(text).toContain('Try again');
});

const PLAYLISTS = ['index.m3u8', 'index.mpd', 'index.m3u8?start=1', '1/mp4hls/index.m3u8', '1/mp4hls/index.mpd', '1/mp4hls/fmp4-1.m3u8'];
const MEDIA = ['1/mp4hls/fmp4-1_init.mp4', '1/mp4hls/fmp4-1_0.m4s'];

test.each([...PLAYLISTS, ...MEDIA])('%s of a source is served with a valid signature alone', async (file) => {
  const signed = sign(packaged, file);
  expect((await load(signed)).status).toBe(200);
  const others = [signed.replace(/[?&]Policy=.*$/, ''), sign(packaged, file, encoded), sign(packaged, file, packaged, -60_000)];
  for (const url of others) expect((await load(url)).status).toBe(403);
});

test.each(PLAYLISTS)('%s of a source is refused without the copy of its signature', async (file) => {
  expect((await load(sign(packaged, file).replace(/&t=.*$/, ''))).status).toBe(403);
});
