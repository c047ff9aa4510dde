import type { Video } from '../../../lambdas/contracts/api/video.ts';
import type { Playback } from '../../../lambdas/contracts/playback.ts';
import { MAX_KEPT_MS } from '../../../lambdas/api/edge-cache.ts';
import { newVideo, readyVideo } from '../../support/catalog/test-videos.ts';
import { type LocalApi, useLocalApi } from '../../support/api/local-api.ts';

const MISSING_ID = '01890000-0000-7000-8000-000000000000';

let api: LocalApi;
let database: LocalApi['catalog']['database'];
useLocalApi((started) => {
  api = started;
  ({ database } = api.catalog);
});

async function cacheControl(request: string, options: Parameters<LocalApi['request']>[1] = {}) {
  return (await api.request(request, options)).headers.get('cache-control');
}

/** Returns the number of statements that a request sends to the catalog. */
async function countStatements(request: () => Promise<unknown>): Promise<number> {
  let statements = 0;
  const { middlewareStack } = api.catalog.client;
  middlewareStack.add((next) => async (args) => ((statements += 1), next(args)), { step: 'initialize', name: 'count' });
  await request().finally(() => middlewareStack.remove('count'));
  return statements;
}

test('the edge keeps what visitors get of a public video, and that a video is missing', async () => {
  const { videoId } = await readyVideo(database, { visibility: 'public' });
  const secret = await readyVideo(database, { visibility: 'private' });
  for (const path of [
    '/api/openapi.json',
    `/api/videos/${videoId}`,
    `/api/videos/${videoId}/playback`,
    `/api/videos/${secret.videoId}`,
    `/api/videos/${MISSING_ID}/playback`,
  ]) {
    expect([path, await cacheControl(`GET ${path}`)]).toEqual([path, expect.stringContaining('s-maxage=3600')]);
    for (const as of ['viewer', 'admin'] as const) expect(await cacheControl(`GET ${path}`, { as })).toBe('no-store');
    expect(await cacheControl(`GET ${path}`, { token: 'expired' })).toBe('no-store');
    expect(await cacheControl(`GET ${path}?unknown=1`)).toBe('no-store');
  }
});

test('the edge keeps nothing under a query, which an invalidation would have to name', async () => {
  const { videoId } = await readyVideo(database, { visibility: 'public' });
  for (const path of [`/api/videos/${videoId}`, `/api/videos/${videoId}/playback`]) {
    for (const query of ['&', '&&']) {
      const { status, headers } = await api.request(`GET ${path}?${query}`);
      expect([query, status, headers.get('cache-control')]).toEqual([query, 200, 'no-store']);
    }
  }
});

test('the edge keeps no video in progress, no error and nothing else', async () => {
  const { videoId } = await newVideo(database, { visibility: 'public' });
  for (const request of [
    `GET /api/videos/${videoId}`,
    `GET /api/videos/${videoId}/playback`,
    `GET /api/videos/${videoId}/playback?expiresInSeconds=60`,
    'GET /api/sign-in',
    'GET /api/videos',
    'GET /api/session',
    `PATCH /api/videos/${videoId}`,
  ]) {
    expect([request, await cacheControl(request)]).toEqual([request, 'no-store']);
  }
  api.catalog.service.pause(1);
  const resuming = await api.request(`GET /api/videos/${MISSING_ID}`);
  expect([resuming.status, resuming.headers.get('cache-control')]).toEqual([503, 'no-store']);
});

test('URLs for visitors outlive the edge’s copy; those of users do not live longer', async () => {
  const { videoId } = await readyVideo(database, { visibility: 'public' });
  const lifetimeOf = async (as?: 'viewer') => {
    const options = as === undefined ? {} : { as };
    const { body } = await api.request<Playback>(`GET /api/videos/${videoId}/playback`, options);
    const { body: video } = await api.request<Video>(`GET /api/videos/${videoId}`, options);
    const policy = new URL(video.posterUrl!).searchParams.get('Policy')!;
    const text = Buffer.from(policy.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/'), 'base64').toString();
    const posterExpiry = Number(/"AWS:EpochTime":(\d+)/.exec(text)?.[1]) * 1000;
    return [new Date(body.expiresAt).getTime() - Date.now(), posterExpiry - Date.now()];
  };
  const HOUR_MS = 3_600_000;
  for (const lifetime of await lifetimeOf()) expect(lifetime).toBeGreaterThan(MAX_KEPT_MS + 0.9 * HOUR_MS);
  for (const lifetime of await lifetimeOf('viewer')) expect(lifetime).toBeLessThanOrEqual(2 * HOUR_MS);
});

test('an id that no video can have and a request without a token send no statement', async () => {
  for (const path of [
    '/api/videos/3f0f3c64-4dd5-4a3c-9f5e-1f2e3a4b5c6d',
    '/api/videos/3f0f3c64-4dd5-4a3c-9f5e-1f2e3a4b5c6d/playback',
    '/api/videos/1',
    '/api/videos',
    '/api/changes',
    '/api/openapi.json',
    '/api/wp-login.php',
  ]) {
    expect([path, await countStatements(() => api.request(`GET ${path}`))]).toEqual([path, 0]);
  }
});

test('a change of what visitors see makes the edge forget it, even if the request ends in between', async () => {
  const { videoId } = await readyVideo(database, { owner: 'uploader', visibility: 'private' });
  const edit = async (body: unknown) => {
    await api.request(`PATCH /api/videos/${videoId}`, { as: 'uploader', body });
    return api.refreshes.splice(0).map(({ delaySeconds }) => delaySeconds);
  };
  expect(await edit({ title: 'Unseen' })).toEqual([]);
  expect(await edit({ visibility: 'shared' })).toEqual([]);
  expect(await edit({ visibility: 'public' })).toEqual([0]);
  expect(await edit({ title: 'Seen' })).toEqual([0]);
  expect(await edit({ visibility: 'private' })).toEqual([30, 0]);
});
