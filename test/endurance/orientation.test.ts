/// <reference lib="dom" />
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { byteSourceOf } from '../../media/byte-source.ts';
import { launchBrowser, launchFirefox, openPage, SLOW_MACHINE_MS } from '../support/browser.ts';
import { makeWithFfmpeg } from '../support/clips.ts';
import { describeWithChromium } from '../support/describe-with-chromium.ts';
import { describeWithFirefox } from '../support/describe-with-firefox.ts';
import { findMissingWebkitPrograms, launchWebkit, type WebkitWindow } from '../support/endurance/webkit.ts';
import { indexFile } from '../support/media/packaging/package-file.ts';
import { MEASURED_ORIENTATIONS, QUARTERS } from '../support/media/packaging/qualification/measured-orientations.ts';
import { type JustInTimeServer, serveJustInTime, type ServedFilm } from '../support/media/packaging/serve-just-in-time.ts';
import { readQuarters, withMatrix } from '../support/media/oriented-clips.ts';
import { servePlayerPage, type PlayerPage } from '../support/player-page.ts';

let folder: string;
let server: JustInTimeServer;
let playerPage: PlayerPage;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orientation-'));
  const options = ['-c:v', 'libx264', '-g', '25', '-bf', '0', '-pix_fmt', 'yuv420p'];
  const upright = await makeWithFfmpeg('upright.mp4', ['-f', 'lavfi', '-i', QUARTERS, ...options]);
  const films = new Map<string, ServedFilm>();
  for (const { name, matrix } of MEASURED_ORIENTATIONS) {
    const file = withMatrix(upright, matrix);
    films.set(name, { source: byteSourceOf(file), index: await indexFile(file) });
  }
  [server, playerPage] = await Promise.all([serveJustInTime(films), servePlayerPage()]);
});
afterAll(async () => {
  await Promise.all([server.close(), playerPage.close()]);
  await rm(folder, { recursive: true });
});

/** JavaScript that plays until a second has passed, and that then draws the picture as the browser shows it. */
const IS_PLAYING = 'window.player.video.currentTime > 1';
const DRAW = `
  const { video } = window.player;
  video.pause();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  canvas.getContext('2d').drawImage(video, 0, 0);
  return canvas.toDataURL('image/png');`;

async function quartersOf(dataUrl: string): Promise<string> {
  const path = join(folder, 'shown.png');
  await writeFile(path, Buffer.from(dataUrl.split(',')[1] ?? '', 'base64'));
  return readQuarters(path);
}

function urlFor(name: string): string {
  return playerPage.urlFor('hls', server.urlOf(name));
}

describe.each([
  { position: 0, browserName: 'Chromium', launch: launchBrowser, describeWith: describeWithChromium },
  { position: 1, browserName: 'Firefox', launch: launchFirefox, describeWith: describeWithFirefox },
])('hls.js', ({ position, browserName, launch, describeWith }) => {
  describeWith(`in ${browserName}`, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launch();
    });
    afterAll(() => browser.close());

    test.each(MEASURED_ORIENTATIONS)('shows as documented: $name', async ({ name, upright, shown }) => {
      const page = await openPage(browser);
      await page.goto(urlFor(name));
      await page.evaluate('void window.player.video.play()');
      await page.waitForFunction(IS_PLAYING);
      const quarters = await quartersOf(await page.evaluate<string>(`(() => {${DRAW}})()`));
      await page.close();
      expect(quarters === upright).toBe(shown[position]);
    });
  });
});

const describeWithWebkit: jest.Describe = findMissingWebkitPrograms().length > 0 ? describe.skip : describe;

describeWithWebkit('hls.js in WebKitGTK', () => {
  let window: WebkitWindow;
  beforeAll(async () => {
    window = await launchWebkit();
  });
  afterAll(() => window.close());

  test.each(MEASURED_ORIENTATIONS)('shows as documented: $name', async ({ name, upright, shown: [, , isUpright] }) => {
    const { driver } = window;
    await driver.get(urlFor(name));
    await driver.executeScript('window.player.video.play()');
    await driver.wait(() => driver.executeScript<boolean>(`return ${IS_PLAYING}`), SLOW_MACHINE_MS);
    expect((await quartersOf(await driver.executeScript<string>(DRAW))) === upright).toBe(isUpright);
  });
});
