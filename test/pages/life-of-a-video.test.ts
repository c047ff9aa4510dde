/// <reference lib="dom" />
import { setTimeout as sleep } from 'node:timers/promises';
import { CancelJobCommand, MediaConvertClient, paginateListJobs } from '@aws-sdk/client-mediaconvert';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { Browser } from 'playwright-core';
import { STEPS } from '../../lambdas/contracts/steps.ts';
import { pointerKey } from '../../lambdas/contracts/output-layout.ts';
import { playbackSchema } from '../../lambdas/contracts/playback.ts';
import { clientConfig } from '../../local/cli/running.ts';
import { describeWithChromium } from '../support/describe-with-chromium.ts';
import { launchBrowser } from '../support/browser.ts';
import { makeWithFfmpeg } from '../support/clips.ts';
import { footagePath } from '../support/footage.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import {
  callApiFromPage,
  pageUrl,
  findSeriousAxeViolations,
  signInAs,
  openVisitor,
  type Visitor,
} from '../support/visitors.ts';

declare global {
  interface Window {
    /** States that the timeline has shown since the page was loaded, such as `encode running`. */
    gatesSeen?: string[];
  }
}

describeWithChromium('a video, from upload to deletion', () => {
  let browser: Browser;
  let uploader: Visitor;
  let viewer: Visitor;
  let videoPath: string;

  beforeAll(async () => {
    browser = await launchBrowser();
    [uploader, viewer] = await Promise.all([openVisitor(browser), openVisitor(browser)]);
    await signInAs(viewer, 'viewer');
  });
  afterAll(() => browser?.close());

  test('signs in with one click on the start page and one on the sign-in page', async () => {
    await signInAs(uploader, 'uploader');
    const { page } = uploader;
    expect(page.url()).toBe(pageUrl('/'));
    await page.getByRole('button', { name: 'Account menu: uploader' }).click();
    await page.locator('#account-menu').getByText('Uploader', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
  });

  test('uploads several files at once and lists them in tray and library', async () => {
    const { page } = uploader;
    // The encoder does not support the codec of its second sound track.
    const twoTracks = ['-map', '0:v', '-map', '0:a', '-map', '0:a', '-c', 'copy', '-c:a:1', 'ac3'];
    const known = await makeWithFfmpeg('meadow.mp4', ['-t', '3', '-i', footagePath, ...twoTracks]);
    const meadow = Buffer.from(known.toString('latin1').replaceAll('ac-3', 'apac').replaceAll('dac3', 'dapa'), 'latin1');
    await page.locator('.header input[type=file]').setInputFiles([
      { name: 'Meadow.mp4', mimeType: 'video/mp4', buffer: meadow },
      {
        name: 'Letter.mp4',
        mimeType: 'video/mp4',
        buffer: Buffer.from('Dear reader, this is not a video. '.repeat(99)),
      },
    ]);
    await page.locator('.tray-sent').nth(1).waitFor();
    expect(await findSeriousAxeViolations(uploader)).toEqual([]);
    await page.locator('.card').getByRole('link', { name: 'Meadow' }).click();
    videoPath = new URL(page.url()).pathname;
    await recordGates(uploader);
  });

  test('explains a canceled encode and the next step without a reload', async () => {
    const { page } = uploader;
    await cancelJobOf(videoPath.split('/')[2] ?? '');
    await page.getByRole('heading', { name: 'We could not process this video' }).waitFor();
    await page.locator('.gate-encode.gate-failed').waitFor();
    expect(await page.locator('.failure p').first().textContent()).toMatch(/canceled.*Try again/i);
    expect(await page.getByText('A sound track was left out').count()).toBe(0);
    expect(await findSeriousAxeViolations(uploader)).toEqual([]);
  });

  test('shows each step of a retry without a reload, until the video plays', async () => {
    const { page } = uploader;
    // The file plays as it was uploaded, also after its encode has failed.
    await page.locator('hls-video').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.gate-publish.gate-done').waitFor();
    const seen = await page.evaluate(() => window.gatesSeen ?? []);
    const again = seen.slice(seen.indexOf('encode failed') + 1);
    expect(again).toEqual(expect.arrayContaining(['encode running', 'encode done']));
    for (const step of [...STEPS, 'publish']) {
      expect(again.indexOf(`${step} done`)).toBeGreaterThanOrEqual(again.indexOf('encode done'));
    }
    const warnings = page.getByRole('region', { name: 'The video differs from its file' });
    expect(await warnings.getByRole('listitem').first().textContent()).toMatch(
      /^A sound track was left out.*If you need it, export the video again with AAC sound\.Track 2$/,
    );
    await page.locator('media-control-bar media-play-button').click();
    await page.waitForFunction(() => (document.querySelector('hls-video') as HTMLVideoElement).currentTime > 1);
    // Before its metadata has been loaded, axe would wait for the video.
    expect(await findSeriousAxeViolations(uploader)).toEqual([]);
    expect(uploader.browserErrors).toEqual([]);
  });

  test('explains a rejected file in the library and on its page', async () => {
    const { page } = uploader;
    await page.getByRole('link', { name: 'Sluice home' }).click();
    await page.locator('.card', { hasText: 'Meadow' }).getByText('1 warning').waitFor();
    await page.locator('.card', { hasText: 'Letter' }).getByText('Rejected').waitFor();
    await page.getByRole('link', { name: 'Letter', exact: true }).click();
    await page.getByRole('heading', { name: 'This file cannot be processed' }).waitFor();
    expect(await page.locator('.failure p').first().textContent()).toMatch(/not a video.*Export it as MP4/);
    await page.locator('.gate-inspect.gate-failed').waitFor();
    await page.locator('.gate-encode.gate-skipped', { hasText: 'not reached' }).waitFor();
    await page.locator('.tray').getByRole('heading', { name: '1 uploaded · 1 could not be used' }).waitFor();
  });

  test('hides a private video from others and plays a shared one to signed-in users', async () => {
    await viewer.page.goto(pageUrl(videoPath));
    await viewer.page.getByRole('heading', { name: 'Video not found' }).waitFor();
    expect((await callApiFromPage(viewer, 'GET', videoPath)).status).toBe(404);
    const { page } = uploader;
    await page.goto(pageUrl(videoPath));
    await page.getByRole('radio', { name: /^Shared/ }).click();
    await page.locator('.visibility').getByRole('button', { name: 'Save' }).click();
    await page.locator('.facts', { hasText: 'Shared' }).waitFor();
    await viewer.page.goto(pageUrl('/'));
    await viewer.page.getByRole('link', { name: 'Meadow' }).click();
    await viewer.page.locator('hls-video').waitFor();
    expect(await viewer.page.getByRole('button', { name: /Edit|Delete/ }).count()).toBe(0);
    // Only the owner gets advice.
    const details = viewer.page.getByRole('region', { name: 'Technical details' });
    expect(await details.locator('.warning-list').textContent()).toMatch(/^A sound track was left out[^.]*\. Track 2$/);
    expect((await callApiFromPage(viewer, 'DELETE', videoPath)).status).toBe(403);
  });

  test('withdraws a video and publishes it again by keyboard, for everyone', async () => {
    const { page } = uploader;
    const control = page.getByRole('region', { name: 'Availability' });
    await control.getByRole('button', { name: 'Withdraw video' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: /^Withdraw .*Meadow/ }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'This video is withdrawn' }).waitFor();
    await page.locator('hls-video').waitFor({ state: 'detached' });
    const publish = control.getByRole('button', { name: 'Publish video' });
    expect(await publish.evaluate((button) => button === document.activeElement)).toBe(true);
    expect(await findSeriousAxeViolations(uploader)).toEqual([]);

    await viewer.page.reload();
    await viewer.page.getByRole('heading', { name: 'Video not found' }).waitFor();
    await page.goto(pageUrl(videoPath.replace('videos', 'embed')));
    await page.getByText('This video is not available').waitFor();
    await page.goto(pageUrl('/'));
    await page.locator('.card', { hasText: 'Meadow' }).getByText('Withdrawn').waitFor();

    await page.goto(pageUrl(videoPath));
    await publish.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
    await page.locator('hls-video').waitFor();
    await viewer.page.reload();
    await viewer.page.locator('hls-video').waitFor();
  });

  test('removes a deleted video from both buckets and stops serving its URLs', async () => {
    const { page } = uploader;
    const response = await callApiFromPage(viewer, 'GET', `${videoPath}/playback`);
    const { hlsUrl, posterUrl } = playbackSchema.parse(await response.json());
    expect([(await fetch(hlsUrl)).status, (await fetch(posterUrl ?? '')).status]).toEqual([200, 200]);
    const id = videoPath.split('/')[2] ?? '';
    expect((await storedKeysOf(id)).length).toBeGreaterThan(10);

    await page.getByRole('button', { name: 'Delete video' }).click();
    await page.getByRole('button', { name: 'Delete permanently' }).click();
    await page.waitForURL(pageUrl('/'));
    await page.locator('.notice').getByText(/Deleted .*Meadow/).waitFor();
    await page.locator('.grid').getByRole('link', { name: 'Meadow' }).waitFor({ state: 'detached' });
    await viewer.page.reload();
    await viewer.page.getByRole('heading', { name: 'Video not found' }).waitFor();
    expect((await callApiFromPage(uploader, 'GET', videoPath)).status).toBe(404);
    // Objects are deleted shortly after, and the copies at the edge last.
    while ((await storedKeysOf(id)).length > 0) await sleep(50);
    for (const url of [hlsUrl, posterUrl ?? '']) {
      while ((await fetch(url)).status === 200) await sleep(50);
      expect([403, 404]).toContain((await fetch(url)).status);
    }
    expect(await storedKeysOf(id)).toEqual([]);
  });

  test('stays signed out after a reload', async () => {
    const { page } = uploader;
    await page.getByRole('button', { name: 'Account menu: uploader' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Your videos, in your own cloud' }).waitFor();
    await page.reload();
    await page.locator('main').getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('oidc.')))).toEqual([]);
  });
});

/** Records the states that the timeline shows from now on, until the page is reloaded. */
async function recordGates({ page }: Visitor): Promise<void> {
  await page.locator('.gate').first().waitFor();
  await page.evaluate(() => {
    const seen: string[] = (window.gatesSeen = []);
    const shown = new Map<string, string>();
    new MutationObserver(() => {
      for (const { className } of document.querySelectorAll('.gate')) {
        const [, step = '', state = ''] = /gate-(\w+) gate-(\w+)/.exec(className) ?? [];
        if (shown.get(step) === state) continue;
        shown.set(step, state);
        seen.push(`${step} ${state}`);
      }
    }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['class'] });
  });
}

/** Cancels the encoding job of a video, as an operator would. */
async function cancelJobOf(videoId: string): Promise<void> {
  const client = new MediaConvertClient(clientConfig(sharedCloud().running));
  const running = async (): Promise<string | undefined> => {
    for await (const { Jobs = [] } of paginateListJobs({ client }, {})) {
      const job = Jobs.find(({ UserMetadata }) => UserMetadata?.['videoId'] === videoId);
      if (job?.Status === 'PROGRESSING') return job.Id;
    }
    return undefined;
  };
  let id = await running();
  while (id === undefined) {
    await sleep(50);
    id = await running();
  }
  await client.send(new CancelJobCommand({ Id: id }));
  client.destroy();
}

/** Returns the keys of all object versions and delete markers of a video in both buckets. */
async function storedKeysOf(videoId: string): Promise<string[]> {
  const { s3, sourceBucket, outputBucket } = sharedCloud();
  const locations = [
    { Bucket: sourceBucket, Prefix: `uploads/${videoId}/` },
    { Bucket: outputBucket, Prefix: `v/${videoId}/` },
  ];
  const listed = await Promise.all(locations.map((location) => s3.send(new ListObjectVersionsCommand(location))));
  const left = listed.flatMap(({ Versions = [], DeleteMarkers = [] }) => [...Versions, ...DeleteMarkers]);
  // The pointer of a deleted video stays, and says that nothing plays.
  return left.flatMap(({ Key = '' }) => (Key === pointerKey(videoId) ? [] : [Key]));
}
