import { browser, type StandInResponse } from '../../support/web/browser-stand-in.ts';
import type { Video } from '../../../lambdas/contracts/api/video.ts';
import { createVideoState } from '../../../web/video/video-state.ts';
import { playbackOf, wholeVideo } from '../../support/web/videos.ts';
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
  video = wholeVideo();
  playback = { status: 200, body: playbackOf(1) };
  browser.answer = ({ path }) => {
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

test('what keeps a video from playing is said, and tried again until it plays', async () => {
  playback = CONFLICT;
  await shown.reload();
  expect([shown.video.value?.id, shown.playbackError.value?.code]).toEqual(['v', 'video_not_ready']);
  playback = { status: 200, body: playbackOf(1) };
  await jest.advanceTimersByTimeAsync(2000);
  expect([shown.playback.value?.revision, shown.playbackError.value]).toEqual([1, null]);
});

test('a reload that failed is repeated; until then what plays goes on', async () => {
  await shown.reload();
  video = CONFLICT;
  await shown.reload();
  expect([shown.playback.value?.revision, shown.error.value]).toEqual([1, null]);
  video = wholeVideo({ title: 'Changed', changedAt: '2026-03-20T14:00:00.000Z' });
  await jest.advanceTimersByTimeAsync(2000);
  expect(shown.video.value?.title).toBe('Changed');
});

test.each([GONE, BROKEN])('a video that its watcher may not see any more leaves the page, whatever the reason', async (answer) => {
  await shown.reload();
  video = answer;
  await shown.reload();
  expect([shown.video.value, shown.playback.value]).toEqual([null, null]);
  expect(shown.error.value).not.toBeNull();
});

test('a private video goes with the session of whoever saw it, a public one stays', async () => {
  await shown.reload();
  setSession({ kind: 'signed-out', ended: true });
  expect([shown.video.value, shown.playback.value]).toEqual([null, null]);
  setSession(signedIn);
  video = wholeVideo({ visibility: 'public' });
  await shown.reload();
  setSession({ kind: 'signed-out', ended: true });
  expect(shown.playback.value?.revision).toBe(1);
});

test('without a session a video on its way is looked at again, until it has arrived', async () => {
  setSession({ kind: 'signed-out', ended: false });
  video = wholeVideo({ visibility: 'public', status: 'transcoding', playable: false });
  await shown.reload();
  await jest.advanceTimersByTimeAsync(10_000);
  expect(browser.lines()).toEqual(['GET /api/videos/v', 'GET /api/videos/v']);
  video = wholeVideo({ visibility: 'public', changedAt: '2026-03-20T14:00:00.000Z' });
  await jest.advanceTimersByTimeAsync(10_000);
  expect(shown.playback.value?.revision).toBe(1);
  browser.reset();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(browser.asked).toEqual([]);
});

test('an answer that was overtaken does not put an edit back', async () => {
  await shown.reload();
  shown.take(wholeVideo({ title: 'Edited', changedAt: '2026-03-20T14:00:00.000Z' }));
  await shown.reload();
  expect(shown.video.value?.title).toBe('Edited');
});
