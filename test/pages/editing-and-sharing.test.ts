/// <reference lib="dom" />
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { makeClip } from '../support/clips.ts';
import { describeWithChromium } from '../support/describe-with-chromium.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { putSource, waitForEnd } from '../support/uploads.ts';
import { callApiFromPage, openVisitor, pageUrl, signInAs, type Visitor } from '../support/visitors.ts';

// A video of its own: other suites expect the footage to be private, under its own title.
describeWithChromium('a video', () => {
  let browser: Browser;
  let admin: Visitor;
  let videoPath: string;

  beforeAll(async () => {
    const cloud = sharedCloud();
    const key = 'edited and shared.mp4';
    videoPath = `/videos/${(await waitForEnd(cloud, key, await putSource(cloud, key, await makeClip()))).videoId}`;
    browser = await launchBrowser();
    admin = await openVisitor(browser);
    await signInAs(admin, 'admin');
    await admin.page.goto(pageUrl(videoPath));
  });
  afterAll(() => browser?.close());
  afterEach(() => expect(admin.browserErrors).toEqual([]));

  test('has its title and description edited in place', async () => {
    const { page } = admin;
    await page.getByRole('button', { name: 'Edit title' }).click();
    await page.getByRole('textbox', { name: 'Title' }).fill('A rabbit, k');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'A rabbit, k' }).waitFor();
    await page.getByRole('button', { name: 'Add a description' }).click();
    await page.getByRole('textbox', { name: 'Description' }).fill('It wakes up.\nThen it stretches.');
    await page.getByRole('button', { name: 'Save' }).first().click();
    await page.locator('.description', { hasText: 'Then it stretches.' }).waitFor();
    const kept = (await (await callApiFromPage(admin, 'GET', videoPath)).json()) as {
      title: string;
      description: string;
    };
    expect([kept.title, kept.description]).toEqual(['A rabbit, k', 'It wakes up.\nThen it stretches.']);
    await callApiFromPage(admin, 'PATCH', videoPath, { title: 'A test pattern', description: '' });
  });

  test('plays in an embed on any site only while it is public', async () => {
    const { page } = admin;
    const stranger = await openVisitor(browser);
    const site = await serveSite(`<iframe src="${pageUrl(videoPath.replace('/videos/', '/embed/'))}"></iframe>`);
    await stranger.page.goto(site.url);
    const frame = stranger.page.frameLocator('iframe');
    await frame.getByText('This video is not available').waitFor();
    await page.getByRole('button', { name: 'Make public' }).click();
    await page.getByText('Embeds play only while the video is public.').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
    try {
      // The edge drops the earlier response within seconds, when its invalidation has completed.
      const player = frame.locator('media-controller');
      while (!(await player.isVisible())) {
        await stranger.page.reload();
        await player.or(frame.getByText('This video is not available')).waitFor();
      }
      await player.press('k');
      await frame.locator('media-controller:not([mediapaused])').waitFor();
      expect(await frame.getByRole('link').getAttribute('href')).toBe(videoPath);
    } finally {
      site.close();
      await callApiFromPage(admin, 'PATCH', videoPath, { visibility: 'private' });
      await stranger.close();
    }
  });

  test('has a title and a picture in previews of links to it only while it is public', async () => {
    /** Fetches both documents until they have a preview or none, since the edge may need a minute for a change, and four on a busy machine. */
    const documents = async (hasPreview: boolean): Promise<string[]> => {
      for (let waits = 0; ; waits += 1) {
        const found = await Promise.all(
          [videoPath, videoPath.replace('/videos/', '/embed/')].map(async (path) => (await fetch(pageUrl(path))).text()),
        );
        if (waits === 2400 || found.every((one) => one.includes('A test pattern') === hasPreview)) return found;
        await sleep(100);
      }
    };
    for (const document of await documents(false)) expect(document).not.toContain('A test pattern');
    await callApiFromPage(admin, 'PATCH', videoPath, { visibility: 'public' });
    for (const document of await documents(true)) {
      expect(document).toContain('<meta property="og:title" content="A test pattern" />');
      const [, picture = ''] = /property="og:image" content="([^"]+)"/.exec(document) ?? [];
      const { status, headers } = await fetch(picture.replaceAll('&amp;', '&'));
      expect([status, headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    }
    await callApiFromPage(admin, 'PATCH', videoPath, { visibility: 'private' });
    for (const document of await documents(false)) expect(document).not.toContain('A test pattern');
  });
});

/** Serves another site with a single page. */
async function serveSite(body: string): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(body));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => void server.close() };
}
