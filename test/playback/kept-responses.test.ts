import { setTimeout as sleep } from 'node:timers/promises';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import type { Role } from '../../lambdas/contracts/api/session.ts';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { createApiToken } from '../../local/cli/token.ts';
import { makeClip } from '../support/clips.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { putSource, waitForEnd } from '../support/uploads.ts';

const tokens = new Map<Role, string>();
let videoId: string;
beforeAll(async () => {
  const cloud = sharedCloud();
  for (const role of ['admin', 'viewer'] as const) {
    tokens.set(role, await createApiToken(cloud.stateDirectory, cloud.running, role, `kept ${role}`));
  }
  const key = 'kept responses.mp4';
  videoId = (await waitForEnd(cloud, key, await putSource(cloud, key, await makeClip('-t', '1')))).videoId;
});

interface Received<Body> {
  readonly status: number;
  /** Whether it came from the edge's cache. */
  readonly isKept: boolean;
  readonly cacheControl: string | null;
  readonly body: Body;
}

async function get<Body = Video>(path: string, as?: Role): Promise<Received<Body>> {
  const token = as && tokens.get(as);
  const response = await fetch(`${sharedCloud().running.edgeUrl}${path}`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  const { status, headers } = response;
  const body = (await response.json()) as Body;
  return { status, isKept: headers.has('age'), cacheControl: headers.get('cache-control'), body };
}

async function change(method: 'PATCH' | 'POST', path: string, body?: unknown): Promise<void> {
  const { status } = await fetch(`${sharedCloud().running.edgeUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens.get('admin')}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(Math.floor(status / 100)).toBe(2);
}

/**
 * Requests a response that visitors share, a second time if the first one was not in the cache: an invalidation is repeated
 * after its change, which can be at any moment of a test.
 */
async function getKept<Body = Video>(path: string): Promise<Received<Body>> {
  const first = await get<Body>(path);
  return first.isKept ? first : get<Body>(path);
}

/** Waits until a visitor gets the status, for four minutes at most: a minute is enough on an idle machine. */
async function waitForVisitors(status: number): Promise<void> {
  let found = await get(`/api/videos/${videoId}`);
  for (let waits = 0; found.status !== status && waits < 2400; waits += 1) {
    await sleep(100);
    found = await get(`/api/videos/${videoId}`);
  }
  expect(found.status).toBe(status);
}

test('one person’s response never reaches another, and only those to visitors are kept', async () => {
  const path = `/api/videos/${videoId}`;
  // Kept too, so that the change has reached the edge once visitors get the video.
  expect((await get(path)).status).toBe(404);
  await change('PATCH', path, { visibility: 'public' });
  await waitForVisitors(200);
  await get(path);
  // In every order, since the first to ask could leave a response for the next.
  for (const as of ['admin', undefined, 'viewer', 'admin', undefined, 'viewer', undefined] as const) {
    const { status, isKept, cacheControl, body } = await (as === undefined ? getKept(path) : get(path, as));
    expect([as, status, isKept, body.editable]).toEqual([as, 200, as === undefined, as === 'admin']);
    expect(body.priceUsd === null).toBe(as !== 'admin');
    expect(cacheControl).toBe(
      as === undefined ? 'public, max-age=0, s-maxage=3600, stale-if-error=3600' : 'no-store',
    );
  }
});

test('every spelling of a path has the same response', async () => {
  await get(`/api/videos/${videoId}`);
  for (const spelling of [videoId.toUpperCase(), videoId.replace(/^./, (digit) => `%3${digit}`)]) {
    expect(await getKept(`/api/videos/${spelling}`)).toMatchObject({ status: 200, isKept: true, body: { id: videoId } });
  }
  expect((await get(`/api/videos/${'z'.repeat(8)}-zzzz-zzzz-zzzz-${'z'.repeat(12)}`)).status).toBe(404);
});

test('kept URLs play, and are valid for two hours longer than they are kept', async () => {
  const path = `/api/videos/${videoId}/playback`;
  await get(path);
  const { isKept, body } = await getKept<Playback>(path);
  expect(isKept).toBe(true);
  expect(new Date(body.expiresAt).getTime() - Date.now()).toBeGreaterThan(3.9 * 3_600_000);
  expect((await fetch(body.hlsUrl)).status).toBe(200);
  expect((await get(`${path}?expiresInSeconds=60`)).cacheControl).toBe('no-store');
});

test('visitors lose a video that becomes private or is withdrawn, and get it back', async () => {
  const path = `/api/videos/${videoId}`;
  await change('PATCH', path, { visibility: 'private' });
  await waitForVisitors(404);
  expect(await getKept(path)).toMatchObject({ status: 404, isKept: true });
  expect((await get(path, 'admin')).status).toBe(200);
  await change('PATCH', path, { visibility: 'public' });
  await waitForVisitors(200);
  await change('POST', `${path}/withdraw`);
  await waitForVisitors(404);
  expect((await get(`${path}/playback`)).status).toBe(404);
  await change('POST', `${path}/publish`);
  await waitForVisitors(200);
});
