/// <reference lib="dom" />
import type Hls from 'hls.js';
import type { Browser, Page } from 'playwright-core';
import { requestPlayback } from '../../local/cli/play.ts';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { launchBrowser, openPage } from './browser.ts';
import { waitForFootage } from './footage.ts';
import { servePlayerPage, type PlayerPage } from './player-page.ts';
import { sharedCloud } from './shared-cloud.ts';

interface ShakaTrack {
  readonly id: number;
  readonly height: number;
}

interface Shaka {
  getVariantTracks(): ShakaTrack[];
  selectVariantTrack(track: ShakaTrack, clearBuffer: boolean): void;
  configure(setting: string, value: boolean): void;
}

declare global {
  interface Window {
    player: { hls: Hls; shaka: Shaka; video: HTMLVideoElement; errors: string[]; endings: number };
  }
}

/** Chromium with the real footage loaded in a player, paused at the start. */
export interface OpenPlayer {
  readonly page: Page;
  errors(): Promise<string[]>;
  /** Plays until the position is past `seconds`. */
  playPast(seconds: number): Promise<void>;
  close(): Promise<void>;
}

export async function openPlayer(player: 'hls' | 'shaka', choose: (urls: Playback) => string): Promise<OpenPlayer> {
  const cloud = sharedCloud();
  const { videoId } = await waitForFootage(cloud);
  const source = choose(await requestPlayback(cloud.running, videoId));
  const [browser, playerPage]: [Browser, PlayerPage] = await Promise.all([launchBrowser(), servePlayerPage()]);
  const page = await openPage(browser);
  await page.goto(playerPage.urlFor(player, source));
  await page.waitForFunction(() => window.player.video.readyState >= 1);
  return {
    page,
    errors: () => page.evaluate(() => window.player.errors),
    playPast: async (seconds) => {
      await page.evaluate(() => window.player.video.play());
      await page.waitForFunction((target) => window.player.video.currentTime > target, seconds);
    },
    close: async () => {
      await browser.close();
      await playerPage.close();
    },
  };
}

/** Waits until the video is `height` pixels high. */
export async function waitForVideoHeight({ page }: OpenPlayer, height: number): Promise<void> {
  await page.waitForFunction((lines) => window.player.video.videoHeight === lines, height);
}

/** Returns the time ranges played so far, in seconds. */
export function playedRanges({ page }: OpenPlayer): Promise<{ from: number; to: number }[]> {
  return page.evaluate(() => {
    const { played } = window.player.video;
    return Array.from({ length: played.length }, (_, index) => ({ from: played.start(index), to: played.end(index) }));
  });
}

/** Seeks, and resolves once playback has continued from there. @throws Error if the seek landed elsewhere */
export async function seekTo({ page }: OpenPlayer, seconds: number): Promise<void> {
  const landed = await page.evaluate(async (target) => {
    const { video } = window.player;
    const seeked = new Promise<number>((resolve) => {
      video.addEventListener('seeked', () => resolve(video.currentTime), { once: true });
    });
    video.currentTime = target;
    await video.play();
    return seeked;
  }, seconds);
  // Playback continues until the page handles `seeked`, which can take a while on a busy machine.
  if (landed < seconds - 0.05 || landed > seconds + 5)
    throw new Error(`The seek to ${seconds} s landed at ${landed} s`);
  await page.waitForFunction((target) => window.player.video.currentTime > target, seconds);
}

/** Seeks, plays to the end, and returns the end position and the duration, in seconds. */
export async function playToEndFrom(playing: OpenPlayer, seconds: number): Promise<{ time: number; duration: number }> {
  await seekTo(playing, seconds);
  await playing.page.waitForFunction(() => window.player.video.ended);
  return playing.page.evaluate(() => ({
    time: window.player.video.currentTime,
    duration: window.player.video.duration,
  }));
}

export function countRenderedFrames({ page }: OpenPlayer): Promise<number> {
  return page.evaluate(() => window.player.video.getVideoPlaybackQuality().totalVideoFrames);
}
