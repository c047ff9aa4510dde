/// <reference lib="dom" />
import type { Browser } from 'playwright-core';
import { openPage } from '../../browser.ts';

/** Players that play a film just in time, and the playlist or manifest that each takes. */
export const JUST_IN_TIME_PLAYERS = [
  { player: 'hls', type: 'm3u8' },
  { player: 'dashjs', type: 'mpd' },
  { player: 'shaka', type: 'mpd' },
] as const;

const PLAYBACK_RATE = 2;
/** Latest start of a picture, to which players may skip. */
const MAX_START_SECONDS = 0.25;

/** How a film was played. */
interface PlayedFilm {
  readonly errors: readonly string[];
  readonly isAtEnd: boolean;
  /** Starts of what was played without interruption, whole seconds. A player that skips a gap begins another part. */
  readonly starts: readonly number[];
  /** Duration before and after playing: players correct it by the media that they load. */
  readonly statedSeconds: number;
  readonly seconds: number;
}

/**
 * Plays the start, the middle and the end of a film, and expects no error and no gap.
 *
 * @param url address of a page with a player
 * @param stretchSeconds duration of each part; longer than a segment, so that players cross from one to the next
 * @returns the film's duration, seconds
 */
export async function expectToPlay(browser: Browser, url: string, stretchSeconds: number): Promise<number> {
  const { seconds, statedSeconds, ...played } = await playFilm(browser, url, stretchSeconds);
  const starts = [0, Math.floor(statedSeconds / 2), Math.floor(statedSeconds - stretchSeconds)];
  expect(played).toEqual({ errors: [], isAtEnd: true, starts });
  return seconds;
}

/** Plays a film from its start until the player has ended at its end. @returns the film's duration, seconds */
export async function playToEnd(browser: Browser, url: string): Promise<number> {
  const page = await openPage(browser);
  await page.goto(url);
  await page.waitForFunction(() => window.player.video.readyState >= 2);
  await page.evaluate((rate) => {
    window.player.video.playbackRate = rate;
    return window.player.video.play();
  }, PLAYBACK_RATE);
  // dash.js also ends each period.
  await page.waitForFunction(() => {
    const { video, endings } = window.player;
    return endings > 0 && video.duration - video.currentTime < 0.1;
  });
  const seconds = await page.evaluate(() => window.player.video.duration);
  await page.close();
  return seconds;
}

/** Plays the start, the middle and the end of a film. */
async function playFilm(browser: Browser, url: string, stretchSeconds: number): Promise<PlayedFilm> {
  const page = await openPage(browser);
  await page.goto(url);
  await page.waitForFunction(() => window.player.video.readyState >= 2);
  const duration = await page.evaluate(() => window.player.video.duration);
  for (const start of [0, duration / 2, duration - stretchSeconds]) {
    await page.evaluate(([time, rate]) => {
      if (time > 0) window.player.video.currentTime = time;
      window.player.video.playbackRate = rate;
      return window.player.video.play();
    }, [start, PLAYBACK_RATE] as const);
    const end = Math.min(start + stretchSeconds, duration - 0.5);
    await page.waitForFunction((time) => window.player.video.currentTime > time || window.player.errors.length > 0, end);
  }
  await page.waitForFunction(() => window.player.endings > 0 || window.player.errors.length > 0);
  const { starts, ...played } = await page.evaluate(() => {
    const { video, errors } = window.player;
    const parts = Array.from({ length: video.played.length }, (_, part) => video.played.start(part));
    return { errors, isAtEnd: video.duration - video.currentTime < 0.1, starts: parts, seconds: video.duration };
  });
  await page.close();
  const isSkipToPicture = (start: number, part: number): boolean => part > 0 && start <= MAX_START_SECONDS;
  return { ...played, statedSeconds: duration, starts: starts.filter((start, part) => !isSkipToPicture(start, part)).map(Math.floor) };
}
