/// <reference lib="dom" />
import type { HlsVideoElement } from 'hls-video-element';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { makeWithFfmpeg, rotateBy90 } from '../support/clips.ts';
import { describeWithChromium } from '../support/describe-with-chromium.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { putSource, readUploadState, waitForEnd } from '../support/uploads.ts';
import { openVisitor, pageUrl, signInAs, type Visitor } from '../support/visitors.ts';

/** Long enough that its encode takes longer than what is tested before its end. */
const SECONDS = 180;
/** Times that the edge refuses each request of the throttled player. */
const REFUSALS = 2;

describeWithChromium('a video that is being encoded', () => {
  const cloud = sharedCloud();
  let browser: Browser;
  let admin: Visitor;
  let picture: Buffer;

  beforeAll(async () => {
    picture = await makeWithFfmpeg('long.mp4', [
      '-f', 'lavfi', '-i', `testsrc2=size=640x360:rate=25:duration=${SECONDS}`,
      '-pix_fmt', 'yuv420p', '-g', '50', '-preset', 'ultrafast',
    ]);
    browser = await launchBrowser();
    admin = await openVisitor(browser);
    await signInAs(admin, 'admin');
  });
  afterAll(() => browser?.close());

  const upload = async (key: string, file: Buffer) => {
    const versionId = await putSource(cloud, key, file);
    for (;;) {
      const state = await readUploadState(cloud, key, versionId);
      if (state?.status === 'transcoding') return { key, versionId, videoId: state.videoId };
    }
  };

  test('plays as it was uploaded, and goes on at its position with the renditions', async () => {
    const { page, browserErrors } = admin;
    const { key, versionId, videoId } = await upload('watched at once.mp4', picture);
    const requested: string[] = [];
    page.on('request', (request) => void requested.push(new URL(request.url()).pathname));
    await page.goto(pageUrl(`/videos/${videoId}`));
    await page.getByText('The video plays as it was uploaded.').waitFor();
    await page.getByText('Playable', { exact: true }).waitFor();
    const starts = await page.locator('.gate').evaluateAll((gates) => gates.map((gate) => gate.getBoundingClientRect().left));
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    await page.locator('media-control-bar media-play-button').click();
    await playsPast(page, 1);
    await page.evaluate((middle) => void ((document.querySelector('hls-video') as HTMLVideoElement).currentTime = middle), SECONDS / 2);
    await playsPast(page, SECONDS / 2 + 1);
    expect(requested.filter((path) => path.startsWith(`/v/${videoId}/1/mp4hls/fmp4-1_`)).length).toBeGreaterThan(2);
    expect((await readUploadState(cloud, key, versionId))?.status).toBe('transcoding');
    await page.evaluate(() => void ((document.querySelector('hls-video') as HTMLVideoElement).playbackRate = 0.5));

    expect((await waitForEnd(cloud, key, versionId)).status).toBe('ready');
    await page.waitForFunction(() => ((document.querySelector('hls-video') as HlsVideoElement).api?.levels.length ?? 0) > 1);
    await playsPast(page, SECONDS / 2 + 2);
    expect(await page.evaluate(() => (document.querySelector('hls-video') as HTMLVideoElement).playbackRate)).toBe(0.5);
    expect(browserErrors).toEqual([]);
  });

  test('is turned upright where only the page can play it, and has no button for picture-in-picture', async () => {
    const { page } = admin;
    const { key, versionId, videoId } = await upload('from a phone.mp4', rotateBy90(picture));
    await page.goto(pageUrl(`/videos/${videoId}`));
    await page.locator('media-control-bar media-play-button').click();
    await playsPast(page, 1);
    expect(await page.evaluate(() => (document.querySelector('hls-video') as HlsVideoElement).nativeEl.style.transform)).toContain('rotate(90deg)');
    expect(await page.locator('media-pip-button').count()).toBe(0);
    await page.getByRole('button', { name: 'Create URL' }).click();
    await page.getByText('Other players can play it once it has been encoded').waitFor();
    // The renditions are upright.
    expect((await waitForEnd(cloud, key, versionId)).status).toBe('ready');
    await page.waitForFunction(() => (document.querySelector('hls-video') as HlsVideoElement).nativeEl.style.transform === '');
    await page.locator('media-pip-button').waitFor({ state: 'attached' });
  });

  test('waits and tries again while the edge is throttled', async () => {
    const visitor = await openVisitor(browser);
    await signInAs(visitor, 'admin');
    const { page } = visitor;
    const { videoId } = await upload('throttled.mp4', picture);
    const refusals = new Map<string, number>();
    await page.route(/\/v\/.*\.(?:m3u8|m4s|mp4)\?/, async (route) => {
      const { pathname } = new URL(route.request().url());
      const refused = refusals.get(pathname) ?? 0;
      refusals.set(pathname, refused + 1);
      if (refused < REFUSALS) await route.fulfill({ status: 429, body: 'Rate Exceeded.' });
      else await route.continue();
    });
    await page.goto(pageUrl(`/videos/${videoId}`));
    await page.locator('media-control-bar media-play-button').click();
    await playsPast(page, 1);
    expect([...refusals.keys()].map((path) => path.replace(/\d+\.m4s$/, '#.m4s').split('/').at(-1))).toEqual(
      expect.arrayContaining(['index.m3u8', 'fmp4-1.m3u8', 'fmp4-1_init.mp4', 'fmp4-1_#.m4s']),
    );
    expect(await page.locator('.player-error').count()).toBe(0);
    await visitor.close();
  });
});

async function playsPast(page: Page, seconds: number): Promise<void> {
  await page.waitForFunction((target) => (document.querySelector('hls-video') as HTMLVideoElement).currentTime > target, seconds);
}
