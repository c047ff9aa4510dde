import type { Changes } from '../../../../lambdas/contracts/api/change.ts';
import type { Problem } from '../../../../lambdas/contracts/api/problem.ts';
import type { Video, VideoList } from '../../../../lambdas/contracts/api/video.ts';
import type { Playback } from '../../../../lambdas/contracts/playback.ts';
import { requestPublication } from '../../../../lambdas/api/request-publication.ts';
import { findPublication, settlePublication } from '../../../../catalog/videos/publication.ts';
import { type LocalApi, useLocalApi } from '../../../support/api/local-api.ts';
import { newVideo, readyVideo } from '../../../support/catalog/test-videos.ts';

let api: LocalApi;
let database: LocalApi['catalog']['database'];
useLocalApi((started) => {
  api = started;
  ({ database } = api.catalog);
});

const CALLERS = [undefined, 'viewer', 'other', 'uploader', 'admin'] as const;

test.each(['withdraw', 'publish'])('only its owner and administrators %s a video', async (action) => {
  const { videoId } = await readyVideo(database, { visibility: 'public' });
  const statuses = [];
  for (const as of CALLERS) {
    statuses.push((await api.request(`POST /api/videos/${videoId}/${action}`, as && { as })).status);
  }
  expect(statuses).toEqual([401, 403, 403, 202, 202]);
});

test('a withdrawn video is visible to its owner and administrators, and playable by nobody', async () => {
  const { videoId } = await readyVideo(database, { visibility: 'public', title: 'Withdrawn film' });
  const { body: before } = await api.request<Changes>('GET /api/changes', { as: 'viewer' });
  const { body } = await api.request<Video>(`POST /api/videos/${videoId}/withdraw`, { as: 'uploader' });
  expect(body).toMatchObject({ status: 'ready', visibility: 'public', playable: false, posterUrl: null, renditions: [] });
  expect(Date.parse(body.withdrawnAt ?? '')).toBeGreaterThan(Date.now() - 60_000);

  const seen = [];
  for (const as of CALLERS) {
    const options = as === undefined ? {} : { as };
    const view = await api.request<Problem>(`GET /api/videos/${videoId}`, options);
    const playback = await api.request<Problem>(`GET /api/videos/${videoId}/playback`, options);
    seen.push([view.status, playback.body.code]);
  }
  expect(seen).toEqual([
    [404, 'video_not_found'],
    [404, 'video_not_found'],
    [404, 'video_not_found'],
    [200, 'video_withdrawn'],
    [200, 'video_withdrawn'],
  ]);
  for (const [as, listed] of [
    ['viewer', 0],
    ['uploader', 1],
    ['admin', 1],
  ] as const) {
    const { body: list } = await api.request<VideoList>('GET /api/videos?search=withdrawn+film', { as });
    expect(list.videos).toHaveLength(listed);
  }
  const { body: feed } = await api.request<Changes>(`GET /api/changes?cursor=${before.cursor}`, { as: 'viewer' });
  expect(feed.changes).toEqual([{ videoId, video: null }]);
});

test('a published video is visible and playable as before', async () => {
  const { videoId } = await readyVideo(database, { visibility: 'public' });
  await api.request(`POST /api/videos/${videoId}/withdraw`, { as: 'uploader' });
  const { body } = await api.request<Video>(`POST /api/videos/${videoId}/publish`, { as: 'admin' });
  expect(body).toMatchObject({ withdrawnAt: null, playable: true });
  expect((await api.request<Playback>(`GET /api/videos/${videoId}/playback`)).status).toBe(200);
});

test('a change of visibility withdraws nothing', async () => {
  const { videoId } = await readyVideo(database, { visibility: 'public' });
  api.publications.splice(0);
  const body = { visibility: 'private' };
  const { body: edited } = await api.request<Video>(`PATCH /api/videos/${videoId}`, { as: 'uploader', body });
  expect(edited).toMatchObject({ withdrawnAt: null, playable: true });
  expect(api.publications).toEqual([]);
});

test('a repeated withdrawal sends its message again, with the same number, until it has taken effect', async () => {
  const { videoId } = await readyVideo(database);
  api.publications.splice(0);
  for (const action of ['publish', 'withdraw', 'withdraw', 'publish']) {
    await api.request(`POST /api/videos/${videoId}/${action}`, { as: 'uploader' });
  }
  // Nothing is to be done for a video that was never withdrawn.
  expect(api.publications.splice(0).map(({ withdrawn, publication }) => [withdrawn, publication])).toEqual([
    [true, 1],
    [true, 1],
    [false, 2],
  ]);
  await settlePublication(database, { videoId, publication: 1 });
  await api.request(`POST /api/videos/${videoId}/publish`, { as: 'uploader' });
  expect(api.publications.splice(0)).toHaveLength(1);
  await settlePublication(database, { videoId, publication: 2 });
  await api.request(`POST /api/videos/${videoId}/publish`, { as: 'uploader' });
  expect(api.publications).toEqual([]);
  await api.request(`POST /api/videos/${videoId}/withdraw`, { as: 'uploader' });
  expect(api.publications.splice(0)).toMatchObject([{ withdrawn: true, publication: 3 }]);
});

test('a withdrawal is requested before it is recorded, so that a crash in between loses nothing', async () => {
  const { videoId } = await readyVideo(database);
  const sendPublication = async () => {
    expect(await findPublication(database, videoId)).toMatchObject({ withdrawn: false, publication: 0 });
    throw new Error('The queue is unavailable.');
  };
  await expect(requestPublication({ database, sendPublication }, videoId, true)).rejects.toThrow('unavailable');
  expect(await findPublication(database, videoId)).toMatchObject({ withdrawn: false, publication: 0 });
});

test('a video can be withdrawn before its file has arrived, but not after its deletion', async () => {
  const { videoId } = await newVideo(database);
  const withdraw = () => api.request<Video>(`POST /api/videos/${videoId}/withdraw`, { as: 'uploader' });
  expect((await withdraw()).body).toMatchObject({ status: 'uploading', playable: false });
  await api.request(`DELETE /api/videos/${videoId}`, { as: 'uploader' });
  expect(await withdraw()).toMatchObject({ status: 404, body: { code: 'video_not_found' } });
});
