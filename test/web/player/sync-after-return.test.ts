import { browser } from '../../support/web/browser-stand-in.ts';
import { syncAfterReturn } from '../../../web/player/sync-after-return.ts';

function makePlayer(paused: boolean): EventTarget & { paused: boolean; seen: string[] } {
  const player = Object.assign(new EventTarget(), { paused, seen: [] as string[] });
  for (const type of ['pause', 'playing']) player.addEventListener(type, () => player.seen.push(type));
  return player;
}

function showPage(persisted: boolean): void {
  browser.events.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }));
}

test('a player that was paused in the back/forward cache tells its controls so', () => {
  const player = makePlayer(true);
  syncAfterReturn(player);
  showPage(true);
  expect(player.seen).toEqual(['pause']);
});

test('a player that continues after the back/forward cache tells its controls so', () => {
  const player = makePlayer(false);
  syncAfterReturn(player);
  showPage(true);
  expect(player.seen).toEqual(['playing']);
});

test('a player sends no event on a first load or after it was removed', () => {
  const player = makePlayer(true);
  const stop = syncAfterReturn(player);
  showPage(false);
  stop();
  showPage(true);
  expect(player.seen).toEqual([]);
});
