import { browser } from '../../support/web/browser-stand-in.ts';
import { loadPosition, savePosition } from '../../../web/player/playback-position.ts';

beforeEach(() => browser.reset());

test('keeps the place in each video', () => {
  savePosition('a', 30.26, 600);
  savePosition('b', 90, 600);
  savePosition('a', 40, 600);
  expect([loadPosition('a'), loadPosition('b'), loadPosition('c')]).toEqual([40, 90, null]);
});

test('forgets a video at its end, and one that has hardly begun', () => {
  for (const [seconds, duration] of [[591, 600], [600, 600], [4, 600], [29, 30]] as const) {
    savePosition('a', 10, 600);
    savePosition('a', seconds, duration);
    expect([seconds, loadPosition('a')]).toEqual([seconds, null]);
  }
  expect(browser.storage.size).toBe(0);
});

test('keeps a hundred places, those of the videos watched last', () => {
  for (let index = 0; index < 130; index++) savePosition(`${index}`, 50, 600);
  savePosition('30', 60, 600);
  savePosition('new', 50, 600);
  expect([loadPosition('29'), loadPosition('30'), loadPosition('31'), loadPosition('new')]).toEqual([null, 60, null, 50]);
});

test.each(['full', 'blocked'] as const)('does not fail when the storage is %s', (state) => {
  browser.storageState = state;
  expect(() => savePosition('a', 30, 600)).not.toThrow();
  expect(loadPosition('a')).toBeNull();
});

test('ignores what it cannot have stored', () => {
  for (const text of ['{', '{}', '[["a"]]', '[["a","9"]]', '[["a",-1]]', '[null]', '[["a",null]]']) {
    browser.storage.set('sluice.positions', text);
    expect(loadPosition('a')).toBeNull();
  }
});

test('does not keep a place while the duration is unknown', () => {
  savePosition('a', 30, Number.NaN);
  expect(loadPosition('a')).toBeNull();
});
