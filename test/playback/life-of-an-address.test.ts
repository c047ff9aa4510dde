import { setTimeout as sleep } from 'node:timers/promises';
import { createApiToken } from '../../local/cli/token.ts';
import { requestPlayback } from '../../local/cli/play.ts';
import { signVideo } from '../../lambdas/signing/sign-video.ts';
import { decodeAll, makeClip, makeWithFfmpeg } from '../support/clips.ts';
import { readSigner } from '../support/read-signer.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { putSource, readUploadState, waitForEnd } from '../support/uploads.ts';

const cloud = sharedCloud();
const KEY = 'permanent.mp4';
const SECONDS = 120;

/** Waits for the time in which the edge's functions use what they hold. */
async function waitUntil<Value>(read: () => Promise<Value>, isRight: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await read();
    if (isRight(value)) return value;
    await sleep(100);
  }
}

async function playlistOf(url: string): Promise<string> {
  const response = await fetch(url);
  return response.status === 200 ? response.text() : `status ${response.status}`;
}

/** Returns the paths of everything that a multivariant playlist and its first media playlist refer to. */
async function pathsBelow(url: string): Promise<string[]> {
  const urisOf = async (playlist: string): Promise<string[]> =>
    (await playlistOf(playlist)).split('\n').flatMap((line) => {
      const uri = line.startsWith('#') ? /URI="([^"]+)"/.exec(line)?.[1] : line || undefined;
      return uri === undefined ? [] : [new URL(uri, playlist).href];
    });
  const children = await urisOf(url);
  const media = await urisOf(children.find((child) => new URL(child).pathname.endsWith('.m3u8')) ?? '');
  return [...children, ...media].map((reference) => new URL(reference).pathname);
}

test('one address plays the upload before its encode, then its renditions, then a newer upload, and nothing once it is deleted', async () => {
  const video = await makeWithFfmpeg('long.mp4', [
    '-f', 'lavfi', '-i', `testsrc2=size=640x360:rate=25:duration=${SECONDS}`,
    '-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${SECONDS}`,
    '-pix_fmt', 'yuv420p', '-g', '50', '-preset', 'ultrafast',
  ]);
  const versionId = await putSource(cloud, KEY, video);
  const { videoId } = (await waitUntil(() => readUploadState(cloud, KEY, versionId), (state) => state?.status === 'transcoding'))!;
  const { hlsUrl, dashUrl, plays, page, posterUrl } = await requestPlayback(cloud.running, videoId);
  expect([new URL(hlsUrl).pathname, new URL(dashUrl).pathname]).toEqual([`/v/${videoId}/index.m3u8`, `/v/${videoId}/index.mpd`]);
  expect([plays, page, posterUrl]).toEqual(['everywhere', null, null]);

  const hls = await decodeAll(hlsUrl, 5);
  expect(hls.warnings).toBe('');
  expect(hls.streams.map(({ type, height }) => `${type} ${height}`).toSorted()).toEqual(['audio undefined', 'video 360']);
  const dash = await decodeAll(dashUrl, 5);
  expect(dash.warnings).toBe('');
  expect(dash.streams).toHaveLength(2);
  const sourcePaths = await pathsBelow(hlsUrl);
  expect(sourcePaths.filter((path) => !path.startsWith(`/v/${videoId}/1/mp4hls/fmp4-`))).toEqual([]);
  expect((await readUploadState(cloud, KEY, versionId))?.status).toBe('transcoding');

  // Nothing of it is served without the signature of this very video.
  const signer = await readSigner(cloud.running);
  const query = (of: string, lifetimeMs: number): string => `?${signVideo(signer, of, new Date(Date.now() + lifetimeMs))}`;
  const foreign = query('018f3a1e-0000-7000-8000-000000000000', 60_000);
  for (const path of [new URL(hlsUrl).pathname, new URL(dashUrl).pathname, ...new Set(sourcePaths.slice(0, 12))]) {
    for (const search of ['', foreign, query(videoId, -1000), new URL(hlsUrl).search.replace('Policy=eyJ', 'Policy=eyK')])
      expect([path, (await fetch(`${cloud.running.edgeUrl}${path}${search}`)).status]).toEqual([path, 403]);
  }

  expect((await waitForEnd(cloud, KEY, versionId)).status).toBe('ready');
  const encoded = await waitUntil(() => playlistOf(hlsUrl), (text) => !text.includes('/mp4hls/'));
  expect(encoded.match(/#EXT-X-STREAM-INF/g)?.length).toBeGreaterThan(1);
  expect((await decodeAll(hlsUrl, 1)).warnings).toBe('');
  // A player that began before goes on.
  for (const path of sourcePaths.slice(-2)) expect((await fetch(`${cloud.running.edgeUrl}${path}${query(videoId, 60_000)}`)).status).toBe(200);
  // A part is played from the source, whose index says where segments begin.
  expect(await playlistOf(`${hlsUrl}&start=10&end=20`)).toMatch(/^1\/mp4hls\/fmp4-1\.m3u8\?start=10&end=20&/m);

  const newer = await putSource(cloud, KEY, await makeClip('-t', '1'));
  expect((await waitForEnd(cloud, KEY, newer)).status).toBe('ready');
  await waitUntil(() => playlistOf(hlsUrl), (text) => /^2\/(?!mp4hls\/)/m.test(text));

  const token = await createApiToken(cloud.stateDirectory, cloud.running, 'admin', 'operator');
  const deleted = await fetch(`${cloud.running.edgeUrl}/api/videos/${videoId}`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
  expect(deleted.status).toBe(204);
  expect(await waitUntil(() => playlistOf(hlsUrl), (text) => text.startsWith('status'))).toBe('status 403');
  for (const path of sourcePaths.slice(-2))
    await waitUntil(async () => (await fetch(`${cloud.running.edgeUrl}${path}${query(videoId, 60_000)}`)).status, (status) => status === 403);
});
