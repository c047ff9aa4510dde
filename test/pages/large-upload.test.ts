import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import type { Browser, Page, Request } from 'playwright-core';
import { partUrlsSchema } from '../../lambdas/contracts/api/upload.ts';
import { chromiumPath, launchBrowser } from '../support/browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { signIn, visit, type Visitor } from '../support/visitors.ts';

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
    await page.getByRole('button', { name: 'Cancel upload of Large.mp4' }).click();
    await page.locator(`.card a[href="/videos/${videoId}"]`).waitFor({ state: 'detached' });
    const { s3, sourceBucket } = sharedCloud();
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: sourceBucket }));
    expect(Uploads.filter(({ Key = '' }) => Key.includes(videoId))).toEqual([]);
  });
});

/** Number of the part that a request sends; 0 of any other. */
const partOf = (request: Request): number =>
  request.method() === 'PUT' ? Number(new URL(request.url()).searchParams.get('partNumber') ?? 0) : 0;

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

const choose = (page: Page, file: string): Promise<void> =>
  page.locator('.header input[type=file]').setInputFiles(file);

const videoIdOf = async (page: Page): Promise<string> => {
  const path = await page.locator('.tray-item a.tray-name').getAttribute('href');
  return path?.split('/').at(-1) ?? '';
};
