import { browser, type StandInResponse } from '../../support/web/browser-stand-in.ts';
import type { Video } from '../../../lambdas/contracts/api/video.ts';
import { reportOwnChange } from '../../../web/feed/feed.ts';
import { createVideoState } from '../../../web/video/video-state.ts';
import { playbackOf, fullVideo } from '../../support/web/videos.ts';
import { setSession, signedIn } from '../../support/web/session-states.ts';

const GONE: StandInResponse = { status: 404, body: { code: 'video_not_found', detail: 'gone' } };
const BROKEN: StandInResponse = { status: 403, body: { code: 'forbidden', detail: 'no' } };
const CONFLICT: StandInResponse = { status: 409, body: { code: 'video_not_ready', detail: 'not yet' } };

let shown: ReturnType<typeof createVideoState>;
let video: Video | StandInResponse;
let playback: StandInResponse;

beforeEach(() => {
  jest.useFakeTimers();
  Object.assign(document, { visibilityState: 'visible' });
  browser.reset();
  setSession(signedIn);
  video = fullVideo();
  playback = { status: 200, body: playbackOf(1) };
  browser.respond = ({ path }) => {
    if (path.endsWith('/playback')) return playback;
    return typeof video === 'object' && 'id' in video ? { status: 200, body: video } : video;
  };
  shown = createVideoState('v');
});
afterEach(() => {
  shown.close();
  jest.useRealTimers();
  Object.assign(document, { visibilityState: 'hidden' });
});

test('reports why a video does not play and retries until it does', async () => {
  playback = CONFLICT;
  await shown.reload();
  expect([shown.video.value?.id, shown.playbackError.value?.code]).toEqual(['v', 'video_not_ready']);
  playback = { status: 200, body: playbackOf(1) };
  await jest.advanceTimersByTimeAsync(2000);
  expect([shown.playback.value?.revision, shown.playbackError.value]).toEqual([1, null]);
});

test('repeats a failed reload while the current playback continues', async () => {
  await shown.reload();
  video = CONFLICT;
  await shown.reload();
  expect([shown.playback.value?.revision, shown.error.value]).toEqual([1, null]);
  video = fullVideo({ title: 'Changed', changedAt: '2026-03-20T14:00:00.000Z' });
  await jest.advanceTimersByTimeAsync(2000);
  expect(shown.video.value?.title).toBe('Changed');
});

test.each([GONE, BROKEN])('removes a video that the user may no longer see, whatever the reason', async (response) => {
  await shown.reload();
  video = response;
  await shown.reload();
  expect([shown.video.value, shown.playback.value]).toEqual([null, null]);
  expect(shown.error.value).not.toBeNull();
});

test('hides a private video after a sign-out and keeps a public one', async () => {
  await shown.reload();
  setSession({ kind: 'signed-out', ended: true });
  expect([shown.video.value, shown.playback.value]).toEqual([null, null]);
  setSession(signedIn);
  video = fullVideo({ visibility: 'public' });
  await shown.reload();
  setSession({ kind: 'signed-out', ended: true });
  expect(shown.playback.value?.revision).toBe(1);
});

test('polls a video in progress without a session until it is ready', async () => {
  setSession({ kind: 'signed-out', ended: false });
  video = fullVideo({ visibility: 'public', status: 'transcoding', playable: false });
  await shown.reload();
  await jest.advanceTimersByTimeAsync(10_000);
  expect(browser.lines()).toEqual(['GET /api/videos/v', 'GET /api/videos/v']);
  video = fullVideo({ visibility: 'public', changedAt: '2026-03-20T14:00:00.000Z' });
  await jest.advanceTimersByTimeAsync(10_000);
  expect(shown.playback.value?.revision).toBe(1);
  browser.reset();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(browser.requests).toEqual([]);
});

test('ignores a response older than an edit', async () => {
  await shown.reload();
  shown.update(fullVideo({ title: 'Edited', changedAt: '2026-03-20T14:00:00.000Z' }));
  await shown.reload();
  expect(shown.video.value?.title).toBe('Edited');
});

test('shows a new status only together with its timeline', async () => {
  await shown.reload();
  const before = shown.video.value;
  const processing = fullVideo({ status: 'processing', changedAt: '2026-03-20T14:00:00.000Z' });
  const response = Promise.withResolvers<StandInResponse>();
  browser.respond = () => response.promise;
  reportOwnChange({ videoId: 'v', video: processing });
  expect(shown.video.value).toBe(before);
  response.resolve({ status: 200, body: processing });
  await jest.advanceTimersByTimeAsync(0);
  expect(shown.video.value?.status).toBe('processing');
});

test('shows the progress of an unchanged status at once', async () => {
  video = fullVideo({ status: 'transcoding', percent: 10 });
  await shown.reload();
  browser.respond = () => new Promise(() => undefined);
  const changed = fullVideo({ status: 'transcoding', percent: 40, changedAt: '2026-03-20T14:00:00.000Z' });
  reportOwnChange({ videoId: 'v', video: changed });
  expect(shown.video.value?.percent).toBe(40);
});

test('stops a video that is withdrawn, and plays it with new URLs once it is published', async () => {
  await shown.reload();
  const [withdrawnAt, changedAt] = ['2026-03-20T14:00:00.000Z', '2026-03-20T14:00:00.000Z'];
  video = fullVideo({ playable: false, withdrawnAt, changedAt });
  await shown.reload();
  expect([shown.video.value?.withdrawnAt, shown.playback.value]).toEqual([withdrawnAt, null]);
  video = fullVideo({ changedAt: '2026-03-20T14:01:00.000Z' });
  browser.requests.length = 0;
  await shown.reload();
  expect(shown.playback.value?.revision).toBe(1);
  expect(browser.lines()).toContain('GET /api/videos/v/playback');
});

test('polls less and less often without a session while the video does not change, and at once after a return', async () => {
  setSession({ kind: 'signed-out', ended: false });
  video = fullVideo({ visibility: 'public', status: 'uploading', playable: false });
  await shown.reload();
  await jest.advanceTimersByTimeAsync(3_600_000);
  // Six times after 10 seconds, then after 20, 40 … 640, and then every 640.
  expect(browser.requests).toHaveLength(1 + 6 + 6 + 3);
  document.dispatchEvent(new Event('visibilitychange'));
  await jest.advanceTimersByTimeAsync(10_000);
  expect(browser.requests).toHaveLength(1 + 6 + 6 + 3 + 2);
});
