/// <reference lib="dom" />
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeadObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import type { Browser, Page, Request } from 'playwright-core';
import { partUrlsSchema } from '../../lambdas/contracts/api/upload.ts';
import { videoListSchema } from '../../lambdas/contracts/api/video.ts';
import { chromiumPath, launchBrowser } from '../support/browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { askApi, pageUrl, signIn, visit, type Visitor } from '../support/visitors.ts';

const describeWithChromium = chromiumPath() === undefined ? describe.skip : describe;

/** More than goes in one request, and no whole number of parts of 16 MiB. */
const SIZE_BYTES = 70_000_000;
const PARTS = [1, 2, 3, 4, 5];

describeWithChromium('a file that is sent in parts', () => {
  const directory = mkdtempSync(join(tmpdir(), 'large-upload-'));
  const file = join(directory, 'Large.mp4');
  let browser: Browser;
  let uploader: Visitor;

  beforeAll(async () => {
    writeFileSync(file, '');
    truncateSync(file, SIZE_BYTES);
    browser = await launchBrowser();
    uploader = await visit(browser);
    await signIn(uploader, 'uploader');
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true });
  });

  test('goes on after an interruption with the parts that are missing, and arrives whole', async () => {
    const { page } = uploader;
    page.on('dialog', (dialog) => void dialog.accept());
    await allowParts(page, [1, 2]);
    const arrived: number[] = [];
    page.on('response', (response) => {
      if (partOf(response.request()) > 0) arrived.push(partOf(response.request()));
    });
    await choose(page, file);
    while (arrived.length < 2) await page.waitForEvent('response');
    const before = [...arrived];
    await page.reload();
    await page.locator('.tray-interrupted').getByText('Choose the same file again').waitFor();

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

  test('leaves nothing behind when it is canceled', async () => {
    const { page } = uploader;
    await page.getByRole('button', { name: 'Remove Large.mp4 from the list' }).click();
    await allowParts(page, []);
    const first = page.waitForRequest(ADDRESSES);
    await choose(page, file);
    await first;
    const videoId = await videoIdOf(page);
    expect(await hasParts(videoId)).toBe(true);
    await page.getByRole('button', { name: 'Cancel upload of Large.mp4' }).click();
    await page.locator(`.card a[href="/videos/${videoId}"]`).waitFor({ state: 'detached' });
    // Nobody finds it any more; what was sent goes in the minutes after.
    while (await hasParts(videoId)) await sleep(200);
  });

  test('goes on in another browser, from the page of its video', async () => {
    await allowParts(uploader.page, [1, 2]);
    const first = uploader.page.waitForResponse(ADDRESSES);
    const sent = new Set<number>();
    uploader.page.on('response', (response) => void sent.add(partOf(response.request())));
    await choose(uploader.page, file);
    await first;
    while (!sent.has(1) || !sent.has(2)) await uploader.page.waitForEvent('response');
    const videoId = await videoIdOf(uploader.page);
    await uploader.page.goto('about:blank');

    const elsewhere = await visit(browser);
    await signIn(elsewhere, 'uploader');
    const arrived: number[] = [];
    elsewhere.page.on('response', (response) => {
      if (partOf(response.request()) > 0) arrived.push(partOf(response.request()));
    });
    await elsewhere.page.goto(pageUrl(`/videos/${videoId}`));
    await elsewhere.page.getByRole('button', { name: 'Choose file to resume' }).waitFor();
    await elsewhere.page.locator('.stage-waiting input[type=file]').setInputFiles(file);
    await elsewhere.page.getByRole('heading', { name: 'All uploads complete' }).waitFor();
    expect(arrived.toSorted((a, b) => a - b)).toEqual([3, 4, 5]);
    await elsewhere.close();
  });
});

describeWithChromium('a small file', () => {
  let browser: Browser;
  let uploader: Visitor;

  beforeAll(async () => {
    browser = await launchBrowser();
    uploader = await visit(browser);
    await signIn(uploader, 'uploader');
  });
  afterAll(() => browser?.close());

  const listed = async (title: string): Promise<{ readonly visibility: string }[]> => {
    const answer = await askApi(uploader, 'GET', `/videos?search=${title}`);
    return videoListSchema.parse(await answer.json()).videos;
  };

  test('that is canceled while it is announced leaves nothing behind', async () => {
    const { page } = uploader;
    const committed = Promise.withResolvers<void>();
    let holds = 1;
    await page.route('**/api/uploads', async (route) => {
      if (holds-- <= 0) return route.continue();
      await route.fetch();
      // Made, and the answer on its way for ever.
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

  test('goes on by itself when the network is back', async () => {
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
    // What had the focus is gone with its tray.
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
  });

  test('is dropped where it says who can watch it', async () => {
    const { page } = uploader;
    const dropped = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['No film at all.'], 'Dropped.mp4', { type: 'video/mp4' }));
      return data;
    });
    await page.dispatchEvent('body', 'dragenter', { dataTransfer: dropped });
    await page.locator('[data-visibility=shared]').dispatchEvent('drop', { dataTransfer: dropped });
    await page.locator('.tray-sent', { hasText: 'Dropped.mp4' }).waitFor();
    expect(await page.locator('.drop-zone').count()).toBe(0);
    expect(await listed('Dropped')).toMatchObject([{ visibility: 'shared' }]);
  });

  test('that is empty is refused before anything is asked', async () => {
    const { page } = uploader;
    await page.locator('.header input[type=file]').setInputFiles(named('Empty.mp4', ''));
    await page.locator('.tray-failed', { hasText: 'Empty.mp4' }).getByText('The file is empty.').waitFor();
    expect(await listed('Empty')).toEqual([]);
  });
});

function named(name: string, content = 'No film at all.') {
  return {
    name,
    mimeType: 'video/mp4',
    buffer: Buffer.from(content),
  };
}

/** Whether the bucket holds parts of an upload of the video that is not complete. */
async function hasParts(videoId: string): Promise<boolean> {
  const { s3, sourceBucket } = sharedCloud();
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: sourceBucket }));
  return Uploads.some(({ Key = '' }) => Key.includes(videoId));
}

/** Number of the part that a request sends; 0 of any other. */
function partOf(request: Request): number {
  return request.method() === 'PUT' ? Number(new URL(request.url()).searchParams.get('partNumber') ?? 0) : 0;
}

/** Where the page asks for the presigned requests of parts. */
const ADDRESSES = /\/api\/uploads\/[^/]+\/parts$/;

/** From now on the page gets the addresses of these parts, and waits for those of the others. */
async function allowParts(page: Page, allowed: readonly number[]): Promise<void> {
  let asked = false;
  await page.route(ADDRESSES, async (route) => {
    if (asked || allowed.length === 0) return;
    asked = true;
    const response = await route.fetch();
    const answer = partUrlsSchema.parse(await response.json());
    const parts = answer.parts.filter(({ partNumber }) => allowed.includes(partNumber));
    await route.fulfill({ response, json: { ...answer, parts } });
  });
}

function choose(page: Page, file: string): Promise<void> {
  return page.locator('.header input[type=file]').setInputFiles(file);
}

async function videoIdOf(page: Page): Promise<string> {
  const path = await page.locator('.tray-item a.tray-name').getAttribute('href');
  return path?.split('/').at(-1) ?? '';
}
