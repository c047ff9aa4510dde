/**
 * Takes the screenshot for the README: starts a laptop cloud of its own, uploads scenes of Big Buck Bunny through the
 * library, and captures the page while the last one is being encoded.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { makeWithFfmpeg } from '../support/clips.ts';
import { footagePath } from '../support/footage.ts';
import { removeState, spawnLaptopCloud } from '../support/laptop-cloud.ts';
import { SHARED_STATE } from '../support/shared-cloud.ts';
import { callApiFromPage, signInAs, openVisitor, type Visitor } from '../support/visitors.ts';

const SCREENSHOT = join(import.meta.dirname, '../../docs/pages.jpg');

/** Videos of the library, oldest first; start and duration of each scene in seconds. */
const SCENES = [
  { title: 'Pink clouds at dawn', start: 2.5, duration: 3.5, visibility: 'shared' },
  { title: 'Over the hill', start: 8, duration: 3, visibility: 'private' },
  { title: 'Down by the brook', start: 12, duration: 4.5, visibility: 'public' },
  { title: 'Presented by Peach', start: 20.5, duration: 2, visibility: 'private' },
  { title: 'The bird sings', start: 17, duration: 2.5, visibility: 'public' },
  { title: 'Home, sweet burrow', start: 23.5, duration: 2, visibility: 'shared' },
  { title: 'Opening title', start: 26.5, duration: 3, visibility: 'public' },
] as const;

function sceneFile({ start, duration }: (typeof SCENES)[number]): Promise<Buffer> {
  return makeWithFfmpeg('scene.mp4', ['-ss', `${start}`, '-i', footagePath, '-t', `${duration}`, '-vf', 'scale=640:-2', '-ac', '2']);
}

function choose(page: Page, title: string, buffer: Buffer): Promise<void> {
  return page
    .locator('.header input[type=file]')
    .setInputFiles({ name: `${title}.mp4`, mimeType: 'video/mp4', buffer });
}

function cardOf(page: Page, title: string) {
  return page.locator('.card', { has: page.getByRole('link', { name: title }) });
}

async function uploadScene(uploader: Visitor, scene: (typeof SCENES)[number]): Promise<void> {
  const { page } = uploader;
  await choose(page, scene.title, await sceneFile(scene));
  const card = cardOf(page, scene.title);
  await card.locator('.poster img').waitFor();
  const path = await card.getByRole('link').getAttribute('href');
  await callApiFromPage(uploader, 'PATCH', path ?? '', { visibility: scene.visibility });
}

async function takeScreenshot(): Promise<void> {
  const cloud = await spawnLaptopCloud();
  process.env[SHARED_STATE] = cloud.stateDirectory;
  const browser = await launchBrowser();
  try {
    const uploader = await openVisitor(browser);
    const { page } = uploader;
    await signInAs(uploader, 'uploader');
    for (const scene of SCENES) await uploadScene(uploader, scene);
    await page.getByRole('button', { name: 'Clear completed' }).click();
    await choose(page, 'Big Buck Bunny', await readFile(footagePath));
    await page.locator('.card').getByText(/^Encoding [3-9]\d%/).first().waitFor();
    await page.mouse.move(0, 0);
    await page.screenshot({ path: SCREENSHOT, quality: 88 });
  } finally {
    await browser.close();
    await cloud.stop();
    await removeState(cloud.stateDirectory);
  }
}

await takeScreenshot();
process.stdout.write(`${SCREENSHOT}: ${(await stat(SCREENSHOT)).size} bytes\n`);
