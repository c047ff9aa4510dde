import { browser, type StandInResponse } from '../../support/web/browser-stand-in.ts';
import { EventEmitter } from 'node:events';
import type { HlsVideoElement } from 'hls-video-element';
import { createPlaybackRecovery } from '../../../web/player/playback-recovery.ts';
import { playbackOf } from '../../support/web/videos.ts';

// The real element needs a browser; of hls.js, only names are used here.
jest.mock('hls-video-element', () => ({
  Hls: {
    Events: { ERROR: 'error', MANIFEST_PARSED: 'parsed' },
    ErrorTypes: { NETWORK_ERROR: 'network', MEDIA_ERROR: 'media' },
  },
}));

/** Makes a player element that plays from the start at 1.5 times the speed. */
function playing() {
  const hls = Object.assign(new EventEmitter(), { recoveries: 0, recoverMediaError: () => void hls.recoveries++ });
  const video = Object.assign(new EventTarget(), {
    api: hls,
    currentTime: 0,
    paused: false,
    playbackRate: 1.5,
    videoRenditions: Object.assign([{ height: 720 }, { height: 360 }], { selectedIndex: 1 }),
    audioTracks: [
      { label: 'English', language: 'en', enabled: false },
      { label: '한국어', language: 'ko', enabled: true },
    ],
    play: async () => void (video.paused = false),
  });
  const fail = (type: string): void =>
    void hls.emit('error', 'error', {
      fatal: true,
      type: type === '403' ? 'network' : type,
      response: { code: Number(type) },
    });
  return { video, hls, fail, element: video as unknown as HlsVideoElement };
}

let response: StandInResponse;

beforeEach(() => {
  jest.useFakeTimers();
  browser.reset();
  response = { status: 200, body: playbackOf(2) };
  browser.respond = () => response;
});
afterEach(() => jest.useRealTimers());

function settled() {
  return jest.advanceTimersByTimeAsync(0);
}

test('renews an expired signature and restores the player state, even at the start of the video', async () => {
  const { video, fail, element } = playing();
  const recovery = createPlaybackRecovery(playbackOf(1));
  const stop = recovery.watch(element);
  await settled();
  fail('403');
  await settled();
  expect([recovery.playback.value.revision, recovery.error.value]).toEqual([2, null]);
  stop();
  // What setting a new `src` resets.
  Object.assign(video, { paused: true, playbackRate: 1 });
  video.videoRenditions.selectedIndex = -1;
  video.audioTracks = video.audioTracks.map((track) => ({ ...track, enabled: false }));
  const stopAgain = recovery.watch(element);
  video.dispatchEvent(new Event('loadedmetadata'));
  expect([video.paused, video.playbackRate, video.videoRenditions.selectedIndex]).toEqual([false, 1.5, 1]);
  expect(video.audioTracks.find(({ enabled }) => enabled)?.language).toBe('ko');
  stopAgain();
});

test('retries after a network failure, later and as soon as the browser is online', async () => {
  const { fail, element } = playing();
  const recovery = createPlaybackRecovery(playbackOf(1));
  const stop = recovery.watch(element);
  await settled();
  fail('network');
  expect(recovery.error.value?.code).toBe('not_playing');
  await jest.advanceTimersByTimeAsync(2000);
  expect([recovery.playback.value.revision, recovery.error.value]).toEqual([2, null]);
  fail('network');
  browser.events.dispatchEvent(new Event('online'));
  await settled();
  expect([browser.lines().length, recovery.error.value]).toEqual([2, null]);
  stop();
});

test('stops requesting a deleted video', async () => {
  const { fail, element } = playing();
  const recovery = createPlaybackRecovery(playbackOf(1));
  const stop = recovery.watch(element);
  await settled();
  response = { status: 404, body: { code: 'video_not_found', detail: 'gone' } };
  fail('403');
  await jest.advanceTimersByTimeAsync(120_000);
  expect([browser.lines().length, recovery.error.value?.code]).toEqual([1, 'video_not_found']);
  stop();
});

test('recovers from decoding errors unless one follows right after another', async () => {
  const { hls, fail, element } = playing();
  const recovery = createPlaybackRecovery(playbackOf(1));
  const stop = recovery.watch(element);
  await settled();
  fail('media');
  await jest.advanceTimersByTimeAsync(60_000);
  fail('media');
  expect([hls.recoveries, recovery.error.value]).toEqual([2, null]);
  fail('media');
  expect([hls.recoveries, recovery.error.value?.code]).toEqual([2, 'not_playing']);
  stop();
});
