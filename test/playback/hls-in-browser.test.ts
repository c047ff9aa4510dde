/// <reference lib="dom" />
import type Hls from 'hls.js';
import type { Browser, Page } from 'playwright-core';
import { playback } from '../../local/cli/play.ts';
import { chromiumPath, launchBrowser } from '../support/browser.ts';
import { servePlayerPage, type PlayerPage } from '../support/player-page.ts';
import { footageIsReady } from '../support/footage.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

declare global {
  interface Window {
    player: { hls: Hls; video: HTMLVideoElement; errors: string[] };
  }
}

const describeWithChromium = chromiumPath() === undefined ? describe.skip : describe;

describeWithChromium('Chromium with hls.js, on a page of another origin, plays the signed URL', () => {
  let browser: Browser;
  let playerPage: PlayerPage;
  let page: Page;

  beforeAll(async () => {
    const cloud = sharedCloud();
    const { videoId } = await footageIsReady(cloud);
    const { hlsUrl } = await playback(cloud.running, videoId);
    [browser, playerPage] = await Promise.all([launchBrowser(), servePlayerPage()]);
    page = await browser.newPage();
    await page.goto(`${playerPage.url}?src=${encodeURIComponent(hlsUrl)}`);
    await page.waitForFunction(() => window.player.hls.levels.length > 0);
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await playerPage?.close();
  });

  const errors = (): Promise<string[]> => page.evaluate(() => window.player.errors);

  test('from the beginning past five seconds, without an error', async () => {
    await page.evaluate(() => window.player.video.play());
    await page.waitForFunction(() => window.player.video.currentTime > 5, undefined, { timeout: 60_000 });
    const frames = await page.evaluate(() => window.player.video.getVideoPlaybackQuality().totalVideoFrames);
    expect(frames).toBeGreaterThan(0);
    expect(await errors()).toEqual([]);
  }, 90_000);

  test('in every rendition, the picture changing its height at each switch', async () => {
    const heights = await page.evaluate(() => window.player.hls.levels.map(({ height }) => height));
    expect(heights).toHaveLength(5);
    for (const [level, height] of heights.entries()) {
      await page.evaluate((next) => {
        window.player.hls.currentLevel = next;
        return window.player.video.play();
      }, level);
      await page.waitForFunction((expected) => window.player.video.videoHeight === expected, height, { timeout: 60_000 });
    }
    expect(await errors()).toEqual([]);
  }, 120_000);

  test('from where the viewer seeks to, up to its end', async () => {
    await page.evaluate(() => {
      window.player.hls.currentLevel = 0;
      window.player.video.currentTime = 26.5;
      return window.player.video.play();
    });
    await page.waitForFunction(() => window.player.video.ended, undefined, { timeout: 60_000 });
    const { time, duration } = await page.evaluate(() => ({
      time: window.player.video.currentTime,
      duration: window.player.video.duration,
    }));
    expect(duration).toBeCloseTo(30, 1);
    expect(time).toBeCloseTo(duration, 1);
    expect(await errors()).toEqual([]);
  }, 90_000);
});
