/// <reference lib="dom" />
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeadObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import type { Browser, Page, Request } from 'playwright-core';
import { partUrlsSchema } from '../../lambdas/contracts/api/upload.ts';
import { videoListSchema } from '../../lambdas/contracts/api/video.ts';
import { describeWithChromium } from '../support/describe-with-chromium.ts';
import { launchBrowser } from '../support/browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { callApiFromPage, pageUrl, signInAs, openVisitor, type Visitor } from '../support/visitors.ts';

/** Too large for a single request, and not a multiple of the part size of 16 MiB. */
const SIZE_BYTES = 70_000_000;
const PARTS = [1, 2, 3, 4, 5];

describeWithChromium('a multipart upload', () => {
  const directory = mkdtempSync(join(tmpdir(), 'large-upload-'));
  const file = join(directory, 'Large.mp4');
  let browser: Browser;
  let uploader: Visitor;

  beforeAll(async () => {
    writeFileSync(file, '');
    truncateSync(file, SIZE_BYTES);
    browser = await launchBrowser();
    uploader = await openVisitor(browser);
    await signInAs(uploader, 'uploader');
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true });
  });

  test('resumes after an interruption with the missing parts only, and arrives whole', async () => {
    const { page } = uploader;
    page.on('dialog', (dialog) => void dialog.accept());
    await allowParts(page, [1, 2]);
    const arrived: number[] = [];
    page.on('response', (response) => {
      if (partOf(response.request()) > 0) arrived.push(partOf(response.request()));
    });
    await choose(page, file);
    while (arrived.length < 2) await sleep(20);
    const before = [...arrived];
    await page.reload();
    await page.locator('.tray-interrupted').getByText('Choose the same file again').waitFor();
    await page.locator('.card', { hasText: 'Large' }).getByText('Upload interrupted').waitFor();

    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.locator('.tray-interrupted input[type=file]').setInputFiles(file);
    await page.locator('.tray-sent').waitFor();
    expect(before.toSorted((a, b) => a - b)).toEqual([1, 2]);
    expect(arrived.toSorted((a, b) => a - b)).toEqual(PARTS);
    const { s3, sourceBucket } = sharedCloud();
    const videoId = await videoIdOf(page);
    const stored = await s3.send(new HeadObjectCommand({ Bucket: sourceBucket, Key: `uploads/${videoId}/Large.mp4` }));
    expect(stored.ContentLength).toBe(SIZE_BYTES);
  });

  test('leaves no parts behind when it is canceled', async () => {
    const { page } = uploader;
    await page.getByRole('button', { name: 'Remove Large.mp4 from the list' }).click();
    await allowParts(page, []);
    const first = page.waitForRequest(PART_URLS);
    await choose(page, file);
    await first;
    const videoId = await videoIdOf(page);
    expect(await hasParts(videoId)).toBe(true);
    await page.getByRole('button', { name: 'Cancel upload of Large.mp4' }).click();
    await page.locator(`.card a[href="/videos/${videoId}"]`).waitFor({ state: 'detached' });
    // The video is deleted at once, its parts within minutes.
    while (await hasParts(videoId)) await sleep(200);
  });

  test('resumes in another browser, from the page of its video', async () => {
    await allowParts(uploader.page, [1, 2]);
    const first = uploader.page.waitForResponse(PART_URLS);
    const sent = new Set<number>();
    uploader.page.on('response', (response) => void sent.add(partOf(response.request())));
    await choose(uploader.page, file);
    await first;
    while (!sent.has(1) || !sent.has(2)) await sleep(20);
    const videoId = await videoIdOf(uploader.page);
    await uploader.page.goto('about:blank');

    const otherBrowser = await openVisitor(browser);
    await signInAs(otherBrowser, 'uploader');
    const arrived: number[] = [];
    otherBrowser.page.on('response', (response) => {
      if (partOf(response.request()) > 0) arrived.push(partOf(response.request()));
    });
    await otherBrowser.page.goto(pageUrl(`/videos/${videoId}`));
    await otherBrowser.page.getByRole('button', { name: 'Choose file to resume' }).waitFor();
    await otherBrowser.page.locator('.stage-waiting input[type=file]').setInputFiles(file);
    // The file arrives, and is then rejected, since it holds no video.
    await otherBrowser.page.getByRole('heading', { name: /All uploads complete|could not be used/ }).waitFor();
    expect(arrived.toSorted((a, b) => a - b)).toEqual([3, 4, 5]);
    await otherBrowser.close();
  });
});

describeWithChromium('a single-request upload', () => {
  let browser: Browser;
  let uploader: Visitor;

  beforeAll(async () => {
    browser = await launchBrowser();
    uploader = await openVisitor(browser);
    await signInAs(uploader, 'uploader');
  });
  afterAll(() => browser?.close());

  const listed = async (title: string): Promise<{ readonly visibility: string }[]> => {
    const response = await callApiFromPage(uploader, 'GET', `/videos?search=${title}`);
    return videoListSchema.parse(await response.json()).videos;
  };

  test('leaves no video behind when it is canceled during its creation', async () => {
    const { page } = uploader;
    const committed = Promise.withResolvers<void>();
    let holds = 1;
    await page.route('**/api/uploads', async (route) => {
      if (holds-- <= 0) return route.continue();
      await route.fetch();
      // The upload is created, but its response never arrives.
      return committed.resolve();
    });
    await page.locator('.header input[type=file]').setInputFiles(named('Hasty.mp4'));
    await committed.promise;
    expect(await listed('Hasty')).toHaveLength(1);
    await page.getByRole('button', { name: 'Cancel upload of Hasty.mp4' }).click();
    await page.locator('.tray').waitFor({ state: 'detached' });
    expect(await listed('Hasty')).toEqual([]);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });

  test('resumes automatically when the network is back', async () => {
    const { page } = uploader;
    let fails = 1;
    await page.route(/[?&]X-Amz-Signature=/, async (route) => {
      if (fails-- <= 0) return route.continue();
      await page.context().setOffline(true);
      return route.abort('internetdisconnected');
    });
    await page.locator('.header input[type=file]').setInputFiles(named('Patient.mp4'));
    await page.locator('.tray-sending').getByText('Waiting for connection').waitFor();
    await page.context().setOffline(false);
    await page.locator('.tray-sent').waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.getByRole('button', { name: 'Remove Patient.mp4 from the list' }).click();
    // The focused button has disappeared with the tray.
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
  });

  test('gets the visibility of the card it is dropped on', async () => {
    const { page } = uploader;
    const dropped = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['Not a video.'], 'Dropped.mp4', { type: 'video/mp4' }));
      return data;
    });
    await page.dispatchEvent('body', 'dragenter', { dataTransfer: dropped });
    // From one element to another, of which WebKit names neither as related.
    await page.locator('.drop-zone').dispatchEvent('dragenter', { dataTransfer: dropped });
    await page.dispatchEvent('body', 'dragleave', { dataTransfer: dropped });
    expect(await page.locator('.drop-zone').count()).toBe(1);
    await page.locator('.drop-zone').dispatchEvent('dragleave', { dataTransfer: dropped });
    await page.locator('.drop-zone').waitFor({ state: 'detached' });
    await page.dispatchEvent('body', 'dragenter', { dataTransfer: dropped });
    await page.locator('[data-visibility=shared]').dispatchEvent('drop', { dataTransfer: dropped });
    await page.locator('.tray-sent', { hasText: 'Dropped.mp4' }).waitFor();
    expect(await page.locator('.drop-zone').count()).toBe(0);
    expect(await listed('Dropped')).toMatchObject([{ visibility: 'shared' }]);
  });

  test('of an empty file is rejected without a request', async () => {
    const { page } = uploader;
    await page.locator('.header input[type=file]').setInputFiles(named('Empty.mp4', ''));
    await page.locator('.tray-failed', { hasText: 'Empty.mp4' }).getByText('The file is empty.').waitFor();
    expect(await listed('Empty')).toEqual([]);
  });
});

function named(name: string, content = 'Not a video.') {
  return {
    name,
    mimeType: 'video/mp4',
    buffer: Buffer.from(content),
  };
}

/** Returns whether the bucket has an unfinished multipart upload of the video. */
async function hasParts(videoId: string): Promise<boolean> {
  const { s3, sourceBucket } = sharedCloud();
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: sourceBucket }));
  return Uploads.some(({ Key = '' }) => Key.includes(videoId));
}

/** Returns the part number of a request; 0 if it does not send a part. */
function partOf(request: Request): number {
  return request.method() === 'PUT' ? Number(new URL(request.url()).searchParams.get('partNumber') ?? 0) : 0;
}

/** Requests for presigned part URLs. */
const PART_URLS = /\/api\/uploads\/[^/]+\/parts$/;

/** Gives the page the URLs of these parts only; requests for others get no response. */
async function allowParts(page: Page, allowed: readonly number[]): Promise<void> {
  let served = false;
  await page.route(PART_URLS, async (route) => {
    if (served || allowed.length === 0) return;
    served = true;
    const response = await route.fetch();
    const body = partUrlsSchema.parse(await response.json());
    const parts = body.parts.filter(({ partNumber }) => allowed.includes(partNumber));
    await route.fulfill({ response, json: { ...body, parts } });
  });
}

function choose(page: Page, file: string): Promise<void> {
  return page.locator('.header input[type=file]').setInputFiles(file);
}

async function videoIdOf(page: Page): Promise<string> {
  const path = await page.locator('.tray-item a.tray-name').getAttribute('href');
  return path?.split('/').at(-1) ?? '';
}
