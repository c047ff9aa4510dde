/// <reference lib="dom" />
import type { Browser, Page } from 'playwright-core';
import { byteSourceOf } from '../../../media/byte-source.ts';
import { type Orientation, UPRIGHT } from '../../../media/orientation.ts';
import { launchBrowser, openPage } from '../../support/browser.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { describeWithChromium } from '../../support/describe-with-chromium.ts';
import { indexFile } from '../../support/media/packaging/package-file.ts';
import { QUARTERS } from '../../support/media/packaging/qualification/measured-orientations.ts';
import { type JustInTimeServer, serveJustInTime } from '../../support/media/packaging/serve-just-in-time.ts';
import { readShownPicture, type ShownPicture } from '../../support/web/shown-picture.ts';
import {
  FULL_SCREEN_ON_CLICK, placeIn, type PlayerBox, serveTurnedPlayer, turn, type TurnedPlayerPage,
} from '../../support/web/turned-player.ts';

const OPTIONS = ['-c:v', 'libx264', '-g', '25', '-bf', '0', '-pix_fmt', 'yuv420p'];
const WIDE: PlayerBox = { name: 'embed', width: 600, height: 200 };
const NARROW: PlayerBox = { name: 'embed', width: 200, height: 600 };

const SQUARE_PIXELS = 320 / 240;
const WIDE_PIXELS = (320 * 4) / (240 * 3);

/** Stored: red and lime above blue and white. */
const ORIENTATIONS = [
  { rotation: 0, mirrored: false, corners: 'RG/BW' },
  { rotation: 90, mirrored: false, corners: 'BR/WG' },
  { rotation: 180, mirrored: false, corners: 'WB/GR' },
  { rotation: 270, mirrored: false, corners: 'GW/RB' },
  { rotation: 0, mirrored: true, corners: 'GR/WB' },
  { rotation: 90, mirrored: true, corners: 'RB/GW' },
  { rotation: 180, mirrored: true, corners: 'BW/RG' },
  { rotation: 270, mirrored: true, corners: 'WG/BR' },
] as const;

function uprightRatio({ rotation }: Orientation, storedRatio: number): number {
  return rotation === 90 || rotation === 270 ? 1 / storedRatio : storedRatio;
}

describeWithChromium('a player that turns its picture, in Chromium', () => {
  let server: JustInTimeServer;
  let playerPage: TurnedPlayerPage;
  let browser: Browser;
  let page: Page;

  const open = async (film: string): Promise<void> => {
    await page.goto(playerPage.urlFor(server.urlOf(film)));
    await page.waitForFunction(() => window.player.video.readyState >= 2);
  };
  const shownIn = async (box: PlayerBox, aspectRatio: number): Promise<ShownPicture> => {
    await page.evaluate(placeIn(box));
    return readShownPicture(await page.screenshot(), { left: 0, top: 0, ...box }, aspectRatio);
  };

  beforeAll(async () => {
    const films = new Map();
    for (const [name, filter] of [['square pixels', 'null'], ['wide pixels', 'setsar=4/3']] as const) {
      const file = await makeWithFfmpeg('upright.mp4', ['-f', 'lavfi', '-i', `${QUARTERS},${filter}`, ...OPTIONS]);
      films.set(name, { source: byteSourceOf(file), index: await indexFile(file) });
    }
    [server, playerPage, browser] = await Promise.all([serveJustInTime(films), serveTurnedPlayer(), launchBrowser()]);
    page = await openPage(browser);
    await page.setViewportSize({ width: WIDE.width, height: NARROW.height });
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([server?.close(), playerPage?.close()]);
  });

  describe('square pixels', () => {
    beforeAll(() => open('square pixels'));

    test.each(ORIENTATIONS)('are upright: $rotation degrees, mirrored: $mirrored', async ({ corners, ...orientation }) => {
      const ratio = uprightRatio(orientation, SQUARE_PIXELS);
      await page.evaluate(turn(orientation));
      expect(await shownIn(WIDE, ratio)).toEqual({ corners, beside: 'K' });
      expect(await shownIn(NARROW, ratio)).toEqual({ corners, beside: 'K' });
    });
  });

  describe('wide pixels', () => {
    beforeAll(() => open('wide pixels'));

    const tried = [ORIENTATIONS[1], ORIENTATIONS[6]] as const;
    test.each(tried)('keep their shape: $rotation degrees, mirrored: $mirrored', async ({ corners, ...orientation }) => {
      const ratio = uprightRatio(orientation, WIDE_PIXELS);
      await page.evaluate(turn(orientation));
      expect(await shownIn(WIDE, ratio)).toEqual({ corners, beside: 'K' });
      // The page of a video gives its player the aspect ratio of the upright picture.
      expect(await shownIn({ name: 'stage', width: 240, height: 240 / ratio }, ratio)).toEqual({ corners, beside: '' });
    });
  });

  test('a turned picture fills the screen with its player, and returns', async () => {
    await open('square pixels');
    await page.evaluate(turn({ rotation: 90, mirrored: true }));
    await page.evaluate(placeIn(NARROW));
    await page.evaluate(FULL_SCREEN_ON_CLICK);
    await page.mouse.click(100, 300);
    await page.waitForFunction(() => document.fullscreenElement?.clientWidth === innerWidth);
    const screen = await page.evaluate(() => ({ left: 0, top: 0, width: innerWidth, height: innerHeight }));
    expect(await readShownPicture(await page.screenshot(), screen, 3 / 4)).toEqual({ corners: 'RB/GW', beside: 'K' });
    await page.evaluate(() => document.exitFullscreen());
    await page.waitForFunction(() => document.querySelector('media-controller')?.clientWidth === 200);
    expect(await shownIn(NARROW, 3 / 4)).toEqual({ corners: 'RB/GW', beside: 'K' });
  });

  test('an upright picture keeps the styles of its element and its box, and so does one that was turned back', async () => {
    await open('square pixels');
    const readStyles = (): Promise<string[]> => page.evaluate(() => {
      const elements = document.querySelectorAll<HTMLElement>('hls-video, media-controller');
      return [...elements].map(({ style }) => style.cssText);
    });
    await page.evaluate(turn(UPRIGHT));
    expect(await readStyles()).toEqual(['', '']);
    await page.evaluate(turn({ rotation: 270, mirrored: true }));
    expect((await readStyles()).every((style) => style !== '')).toBe(true);
    await page.evaluate(turn(UPRIGHT));
    expect(await readStyles()).toEqual(['', '']);
    expect(await shownIn(WIDE, SQUARE_PIXELS)).toEqual({ corners: 'RG/BW', beside: 'K' });
  });
});
