import { setTimeout as sleep } from 'node:timers/promises';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { createApiToken } from '../../local/cli/token.ts';
import { requestPlayback } from '../../local/cli/play.ts';
import { makeClip } from '../support/clips.ts';
import { queryCatalog } from '../support/query-catalog.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { putSource, waitForEnd } from '../support/uploads.ts';

let movie: Buffer;
let token: string;
beforeAll(async () => {
  const cloud = sharedCloud();
  [movie, token] = await Promise.all([
    makeClip('-t', '1'),
    createApiToken(cloud.stateDirectory, cloud.running, 'admin', 'operator'),
  ]);
});

async function uploadVideo(key: string) {
  const cloud = sharedCloud();
  return waitForEnd(cloud, key, await putSource(cloud, key, movie));
}

async function change(videoId: string, action: 'withdraw' | 'publish'): Promise<void> {
  const url = `${sharedCloud().running.edgeUrl}/api/videos/${videoId}/${action}`;
  const { status } = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  expect(status).toBe(202);
}

/** URLs of the multivariant playlist, a media playlist, a segment, the poster and the storyboard of a video. */
async function urlsOf({ hlsUrl, posterUrl, storyboardUrl }: Playback): Promise<string[]> {
  const [child = ''] = await urisIn(hlsUrl);
  const [segment = ''] = await urisIn(child);
  return [hlsUrl, child, segment, posterUrl ?? '', storyboardUrl ?? ''];
}

async function urisIn(playlistUrl: string): Promise<string[]> {
  const lines = (await (await fetch(playlistUrl)).text()).split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map((uri) => new URL(uri, playlistUrl).href);
}

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response.status;
}

/** Waits until each URL responds with the status, for four minutes at most: a minute is enough on an idle machine. */
async function waitForStatus(urls: readonly string[], status: number): Promise<void> {
  for (const url of urls) {
    let found = await statusOf(url);
    for (let waits = 0; found !== status && waits < 2400; waits += 1) {
      await sleep(100);
      found = await statusOf(url);
    }
    expect([new URL(url).pathname, found]).toEqual([new URL(url).pathname, status]);
  }
}

/** Returns the URL with the signature of another one. */
function withSignatureOf(url: string, signed: string): string {
  const changed = new URL(url);
  changed.search = new URL(signed).search;
  return changed.href;
}

test('a signature from before a withdrawal opens nothing until the video is published', async () => {
  const { videoId } = await uploadVideo('withdrawn.mp4');
  const urls = await urlsOf(await requestPlayback(sharedCloud().running, videoId));
  // The edge now has all media in its cache.
  await waitForStatus(urls, 200);
  await change(videoId, 'withdraw');
  await waitForStatus(urls, 403);
  await expect(requestPlayback(sharedCloud().running, videoId)).rejects.toThrow('withdrawn');
  await change(videoId, 'publish');
  await waitForStatus(urls, 200);
});

test('a replaced revision is served within its grace only, whatever revision the signature was made for', async () => {
  const cloud = sharedCloud();
  const key = 'replaced.mp4';
  const { videoId, revisionId } = await uploadVideo(key);
  const old = await requestPlayback(cloud.running, videoId);
  const [permanent = '', ...oldUrls] = await urlsOf(old);
  await uploadVideo(key);
  const newer = await requestPlayback(cloud.running, videoId);
  expect([old.revision, newer.revision]).toEqual([1, 2]);
  const opened = [...oldUrls, ...oldUrls.map((url) => withSignatureOf(url, newer.hlsUrl))];
  await waitForStatus(opened, 200);

  const aged = `update revisions set superseded_at = now() - interval '2 days' where id = cast(:id as uuid)`;
  await queryCatalog(cloud, aged, { id: revisionId });
  // Whatever concerns the video next retires the revision.
  for (const action of ['withdraw', 'publish'] as const) await change(videoId, action);
  await waitForStatus(opened, 403);
  // The permanent address plays the newer revision, also with a signature from before.
  await waitForStatus([permanent, newer.hlsUrl], 200);
  await waitForStatus([...(await urlsOf(newer)), withSignatureOf(newer.hlsUrl, old.hlsUrl)], 200);
});
