import { browser } from '../../support/web/browser-stand-in.ts';
import { keepPosition } from '../../../web/player/keep-position.ts';
import { loadPosition, savePosition } from '../../../web/player/playback-position.ts';

class Media extends EventTarget {
  currentTime = 0;
  duration = 600;
  ended = false;
  readyState = 4;

  emit(type: string): void {
    this.dispatchEvent(new Event(type));
  }

  /** Sets a new source, as for a new signature. */
  load(): void {
    this.currentTime = 0;
    this.emit('loadedmetadata');
  }
}

let stop: (() => void) | undefined;
function open(startSeconds: number | null): Media {
  const media = new Media();
  stop = keepPosition(media, 'v', startSeconds);
  media.load();
  return media;
}

function navigated(type: 'navigate' | 'reload'): void {
  jest.spyOn(performance, 'getEntriesByType').mockReturnValue([{ type } as unknown as PerformanceEntry]);
}

beforeEach(() => {
  browser.reset();
  navigated('navigate');
});
afterEach(() => stop?.());

test('starts where the user stopped watching', () => {
  savePosition('v', 120, 600);
  expect(open(null).currentTime).toBe(120);
});

test('starts at the time of the link, and after a reload where the user was', () => {
  savePosition('v', 120, 600);
  expect(open(90).currentTime).toBe(90);
  stop?.();
  savePosition('v', 120, 600);
  navigated('reload');
  expect(open(90).currentTime).toBe(120);
});

test('starts a reloaded page at the time of its link if no place was kept', () => {
  navigated('reload');
  expect(open(90).currentTime).toBe(90);
});

test('ignores a time beyond the end', () => {
  expect(open(700).currentTime).toBe(0);
});

test('keeps the place when paused, sought and left, and forgets it at the end', () => {
  const media = open(null);
  for (const [type, seconds] of [['pause', 30], ['seeked', 200], ['timeupdate', 200]] as const) {
    media.currentTime = seconds;
    media.emit(type);
    expect(loadPosition('v')).toBe(seconds);
  }
  media.currentTime = 210;
  browser.events.dispatchEvent(new Event('pagehide'));
  expect(loadPosition('v')).toBe(210);
  media.ended = true;
  media.emit('ended');
  expect(loadPosition('v')).toBeNull();
});

test('continues after a new source was loaded, and not at the time of the link', () => {
  const media = open(90);
  media.currentTime = 300;
  media.emit('pause');
  media.load();
  expect(media.currentTime).toBe(300);
});

test('does not replace a kept place before the video has loaded', () => {
  savePosition('v', 120, 600);
  stop = keepPosition(new Media(), 'v', null);
  stop();
  expect(loadPosition('v')).toBe(120);
});
