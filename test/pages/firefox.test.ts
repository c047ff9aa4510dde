/// <reference lib="dom" />
import type { Browser } from 'playwright-core';
import { describeWithFirefox } from '../support/describe-with-firefox.ts';
import { launchFirefox } from '../support/browser.ts';
import { makeClip } from '../support/clips.ts';
import { waitForFootage } from '../support/footage.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { putSource, waitForEnd } from '../support/uploads.ts';
import {
  callApiFromPage,
  findMisnamedControls,
  findSeriousAxeViolations,
  openVisitor,
  pageUrl,
  signInAs,
  type Visitor,
} from '../support/visitors.ts';

describeWithFirefox('the pages in Firefox', () => {
  let browser: Browser;
  let admin: Visitor;
  let videoPath: string;

  beforeAll(async () => {
    const { videoId } = await waitForFootage(sharedCloud());
    videoPath = `/videos/${videoId}`;
    browser = await launchFirefox();
    admin = await openVisitor(browser);
  });
  afterAll(() => browser?.close());
  afterEach(() => expect(admin.browserErrors).toEqual([]));

  test('sign in and list the library', async () => {
    await signInAs(admin, 'admin');
    await admin.page.locator('.card', { hasText: 'big-buck-bunny' }).waitFor();
    expect(await findSeriousAxeViolations(admin)).toEqual([]);
  });

  test('upload a file', async () => {
    const { page } = admin;
    const file = { name: 'Note.mp4', mimeType: 'video/mp4', buffer: Buffer.from('Not a video.') };
    await page.locator('.header input[type=file]').setInputFiles(file);
    await page.locator('.tray-sent', { hasText: 'Note.mp4' }).waitFor();
    await page.getByRole('button', { name: 'Remove Note.mp4 from the list' }).click();
    expect(await page.locator('.tray').count()).toBe(0);
  });

  test('play a video, and pause it by a click in its middle', async () => {
    const { page } = admin;
    await page.goto(pageUrl(videoPath));
    await page.locator('media-control-bar media-play-button').click();
    await playsPast(admin, 1);
    await page.locator('.stage').click();
    await page.locator('media-controller[mediapaused]').waitFor();
    expect(await page.evaluate(() => document.querySelector<HTMLVideoElement>('hls-video')?.paused)).toBe(true);
  });

  test('seek by pointer and keyboard', async () => {
    const { page } = admin;
    const range = page.locator('media-time-range');
    const { width = 0 } = (await range.boundingBox()) ?? {};
    await range.click({ position: { x: width / 2, y: 10 } });
    await page.waitForFunction(() => Math.abs((document.querySelector<HTMLVideoElement>('hls-video')?.currentTime ?? 0) - 15) < 1);
    const before = await currentTime(admin);
    await page.keyboard.press('ArrowRight');
    await playsPast(admin, before);
    const after = await currentTime(admin);
    expect(after - before).toBeLessThan(1);
  });

  test('offer each quality once and play the chosen one', async () => {
    const { page } = admin;
    await page.locator('media-settings-menu-button').click();
    await page.locator('media-settings-menu-item.player-quality').click();
    const renditions = page.locator('media-rendition-menu').getByRole('menuitemradio');
    // The menu is filled after it opens.
    await renditions.filter({ hasText: '360p' }).waitFor();
    const choices = await renditions.allTextContents();
    expect(choices.map((text) => /\d+p|Auto/.exec(text)?.[0])).toEqual(['1080p', '720p', '480p', '360p', 'Auto']);
    await page.locator('media-rendition-menu').getByText('360p', { exact: true }).click();
    await page.keyboard.press('Escape');
    // Firefox shows the first frame of another quality once it plays.
    await page.locator('media-control-bar media-play-button').click();
    await page.waitForFunction(() => document.querySelector<HTMLVideoElement>('hls-video')?.videoHeight === 360);
  });

  test('have no serious accessibility violations on a video', async () => {
    expect(await findMisnamedControls(admin)).toEqual([]);
    expect(await findSeriousAxeViolations(admin)).toEqual([]);
  });

  test('play a public video where the browser blocks storage, and say that signing in needs it', async () => {
    const publicPath = await uploadPublicVideo(admin);
    // Blocks all cookies, and with them all storage.
    const blocking = await launchFirefox({ 'network.cookie.cookieBehavior': 2 });
    try {
      const stranger = await openVisitor(blocking);
      const { page } = stranger;
      await page.goto(pageUrl(publicPath));
      await page.locator('media-control-bar media-play-button').click();
      await playsPast(stranger, 1);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('Your browser does not store data for this site').waitFor();
      expect(stranger.browserErrors).toEqual([]);
    } finally {
      await blocking.close();
    }
  });
});

/** Uploads a video, makes it public, and returns its path. Other suites expect the footage to be private. */
async function uploadPublicVideo(admin: Visitor): Promise<string> {
  const cloud = sharedCloud();
  const key = 'public in Firefox.mp4';
  const { videoId } = await waitForEnd(cloud, key, await putSource(cloud, key, await makeClip()));
  const path = `/videos/${videoId}`;
  await callApiFromPage(admin, 'PATCH', path, { visibility: 'public' });
  return path;
}

function currentTime({ page }: Visitor): Promise<number> {
  return page.evaluate(() => document.querySelector<HTMLVideoElement>('hls-video')?.currentTime ?? 0);
}

async function playsPast({ page }: Visitor, seconds: number): Promise<void> {
  await page.waitForFunction(
    (target) => (document.querySelector<HTMLVideoElement>('hls-video')?.currentTime ?? 0) > target,
    seconds,
  );
}
