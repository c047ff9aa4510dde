/// <reference lib="dom" />
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { chromiumPath, launchBrowser } from '../support/browser.ts';
import { footageIsReady } from '../support/footage.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { askApi, pageUrl, seriousBarriers, sidewaysScroll, signIn, visit, type Visitor } from '../support/visitors.ts';

const describeWithChromium = chromiumPath() === undefined ? describe.skip : describe;

describeWithChromium('real footage on its page', () => {
  let browser: Browser;
  let admin: Visitor;
  let videoPath: string;

  beforeAll(async () => {
    const { videoId } = await footageIsReady(sharedCloud());
    videoPath = `/videos/${videoId}`;
    browser = await launchBrowser();
    admin = await visit(browser);
    await signIn(admin, 'admin');
  });
  afterAll(() => browser?.close());
  afterEach(() => expect(admin.complaints).toEqual([]));

  test('is found by a part of its title, and plays', async () => {
    const { page } = admin;
    await page.getByRole('searchbox').fill('BUCK bun');
    await page.waitForURL(/search=BUCK/);
    await page.locator('.grid:not([aria-hidden])').getByRole('link', { name: 'big-buck-bunny' }).click();
    await page.waitForURL(pageUrl(videoPath));
    await page.locator('media-control-bar media-play-button').click();
    await playsPast(admin, 1);
    expect(await page.locator('media-time-display').getByText('0:30').count()).toBe(1);
  });

  test('has each picture once to choose from, and shows the one that is chosen', async () => {
    const { page } = admin;
    await openQuality(admin);
    const choices = await page.locator('media-rendition-menu').getByRole('menuitemradio').allTextContents();
    expect(choices.map((text) => /\d+p|Auto/.exec(text)?.[0])).toEqual(['1080p', '720p', '480p', '360p', 'Auto']);
    await choose(admin, '360p');
    await pictureHas(admin, 360);
    await page.keyboard.press('Escape');
    await openQuality(admin);
    await choose(admin, '1080p');
    await pictureHas(admin, 1080);
    await page.keyboard.press('Escape');
  });

  test('shows the picture of the moment that the pointer is at', async () => {
    const first = await previewAt(admin, 0.1);
    const later = await previewAt(admin, 0.7);
    expect(later).not.toEqual(first);
  });

  test('is played and paused, and moved through, by the keyboard', async () => {
    const { page } = admin;
    await page.locator('media-controller').focus();
    await page.keyboard.press('k');
    await page.waitForFunction(() => (document.querySelector('hls-video') as HTMLVideoElement).paused);
    const before = await currentTime(admin);
    await page.keyboard.press('ArrowRight');
    await playsPast(admin, before + 5);
    expect(await page.locator('media-controller').getAttribute('mediapaused')).not.toBeNull();
  });

  test('gives a URL that plays elsewhere for as long as was chosen', async () => {
    const { page } = admin;
    await page.getByLabel('Format').selectOption('DASH');
    await page.getByLabel('Valid for').selectOption('1 day');
    await page.getByRole('button', { name: 'Create URL' }).click();
    const url = await page.getByRole('textbox', { name: 'Signed URL' }).inputValue();
    const answer = await fetch(url);
    expect(answer.headers.get('content-type')).toBe('application/dash+xml');
    expect(await answer.text()).toMatch(/<MPD/);
  });

  test('plays in a frame on any site while it is public, and only then', async () => {
    const { page } = admin;
    const stranger = await visit(browser);
    const site = await serveSite(`<iframe src="${pageUrl(videoPath.replace('/videos/', '/embed/'))}"></iframe>`);
    await stranger.page.goto(site.url);
    const frame = stranger.page.frameLocator('iframe');
    await frame.getByText('This video is not available').waitFor();
    await page.getByRole('button', { name: 'Make public' }).click();
    await page.getByText('Embeds play only while the video is public.').waitFor({ state: 'detached' });
    try {
      await stranger.page.reload();
      await frame.locator('media-controller').press('k');
      await frame.locator('media-controller:not([mediapaused])').waitFor();
      expect(await frame.getByRole('link').getAttribute('href')).toBe(videoPath);
    } finally {
      site.close();
      await askApi(admin, 'PATCH', videoPath, { visibility: 'private' });
      await stranger.close();
    }
  });

  test('is free of serious barriers, and of sideways scrolling on a phone', async () => {
    expect(await seriousBarriers(admin)).toEqual([]);
    const { page } = admin;
    for (const width of [320, 390]) {
      await page.setViewportSize({ width, height: 780 });
      expect(await sidewaysScroll(admin)).toBe(0);
    }
  });
});

const currentTime = ({ page }: Visitor): Promise<number> =>
  page.evaluate(() => (document.querySelector('hls-video') as HTMLVideoElement).currentTime);

const playsPast = async ({ page }: Visitor, seconds: number): Promise<void> =>
  void (await page.waitForFunction(
    (target) => (document.querySelector('hls-video') as HTMLVideoElement).currentTime > target,
    seconds,
  ));

const openQuality = async ({ page }: Visitor): Promise<void> => {
  await page.locator('media-settings-menu-button').click();
  await page.locator('media-settings-menu-item.player-quality').click();
};

const choose = ({ page }: Visitor, quality: string): Promise<void> =>
  page.locator('media-rendition-menu').getByText(quality, { exact: true }).click();

const pictureHas = async ({ page }: Visitor, height: number): Promise<void> =>
  void (await page.waitForFunction(
    (lines) => (document.querySelector('hls-video') as HTMLVideoElement).videoHeight === lines,
    height,
  ));

/** What the preview shows while the pointer is at a part of the length, once its image has come. */
async function previewAt({ page }: Visitor, part: number): Promise<string> {
  const range = page.locator('media-time-range');
  const { width = 0 } = (await range.boundingBox()) ?? {};
  await range.hover({ position: { x: width * part, y: 10 } });
  const shown = await page.waitForFunction(() => {
    const thumbnail = document.querySelector('media-preview-thumbnail');
    const image = thumbnail?.shadowRoot?.querySelector('img');
    const loaded = image?.complete === true && image.naturalWidth > 0 && (thumbnail?.clientWidth ?? 0) > 0;
    return loaded ? thumbnail?.getAttribute('mediapreviewcoords') : null;
  });
  return String(await shown.jsonValue());
}

/** Another site, of one page. */
async function serveSite(body: string): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(body));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => void server.close() };
}
