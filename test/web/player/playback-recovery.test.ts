import { browser, type StandInResponse } from '../../support/web/browser-stand-in.ts';
import { EventEmitter } from 'node:events';
import type { HlsVideoElement } from 'hls-video-element';
import { createPlaybackRecovery } from '../../../web/player/playback-recovery.ts';
import { playbackOf } from '../../support/web/videos.ts';

// Its element needs a browser; of hls.js only names are used here.
jest.mock('hls-video-element', () => ({
  Hls: {
    Events: { ERROR: 'error', MANIFEST_PARSED: 'parsed' },
    ErrorTypes: { NETWORK_ERROR: 'network', MEDIA_ERROR: 'media' },
  },
}));

/** A player's element that somebody watches from the very beginning, at one and a half times its speed. */
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
    void hls.emit('error', 'error', { fatal: true, type: type === '403' ? 'network' : type, response: { code: Number(type) } });
  return { video, hls, fail, element: video as unknown as HlsVideoElement };
}

let answer: StandInResponse;

beforeEach(() => {
  jest.useFakeTimers();
  browser.reset();
  answer = { status: 200, body: playbackOf(2) };
  browser.answer = () => answer;
});
afterEach(() => jest.useRealTimers());

function settled() {
  return jest.advanceTimersByTimeAsync(0);
}

test('an expired signature is renewed, and everything is as it was, also at the very beginning', async () => {
  const { video, fail, element } = playing();
  const kept = createPlaybackRecovery(playbackOf(1));
  const end = kept.watch(element);
  await settled();
  fail('403');
  await settled();
  expect([kept.playback.value.revision, kept.error.value]).toEqual([2, null]);
  end();
  // What a new address leaves of it.
  Object.assign(video, { paused: true, playbackRate: 1 });
  video.videoRenditions.selectedIndex = -1;
  video.audioTracks = video.audioTracks.map((track) => ({ ...track, enabled: false }));
  const endAgain = kept.watch(element);
  video.dispatchEvent(new Event('loadedmetadata'));
  expect([video.paused, video.playbackRate, video.videoRenditions.selectedIndex]).toEqual([false, 1.5, 1]);
  expect(video.audioTracks.find(({ enabled }) => enabled)?.language).toBe('ko');
  endAgain();
});

test('a network that was away is tried again, later and as soon as it is back', async () => {
  const { fail, element } = playing();
  const kept = createPlaybackRecovery(playbackOf(1));
  const end = kept.watch(element);
  await settled();
  fail('network');
  expect(kept.error.value?.code).toBe('not_playing');
  await jest.advanceTimersByTimeAsync(2000);
  expect([kept.playback.value.revision, kept.error.value]).toEqual([2, null]);
  fail('network');
  browser.events.dispatchEvent(new Event('online'));
  await settled();
  expect([browser.lines().length, kept.error.value]).toEqual([2, null]);
  end();
});

test('a video that is no longer there is not asked for again', async () => {
  const { fail, element } = playing();
  const kept = createPlaybackRecovery(playbackOf(1));
  const end = kept.watch(element);
  await settled();
  answer = { status: 404, body: { code: 'video_not_found', detail: 'gone' } };
  fail('403');
  await jest.advanceTimersByTimeAsync(120_000);
  expect([browser.lines().length, kept.error.value?.code]).toEqual([1, 'video_not_found']);
  end();
});

test('errors of decoding are played past, unless one comes right after another', async () => {
  const { hls, fail, element } = playing();
  const kept = createPlaybackRecovery(playbackOf(1));
  const end = kept.watch(element);
  await settled();
  fail('media');
  await jest.advanceTimersByTimeAsync(60_000);
  fail('media');
  expect([hls.recoveries, kept.error.value]).toEqual([2, null]);
  fail('media');
  expect([hls.recoveries, kept.error.value?.code]).toEqual([2, 'not_playing']);
  end();
});
