/// <reference lib="dom" />
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { By, Key, until, type WebElement } from 'selenium-webdriver';
import { makeWithFfmpeg } from '../support/clips.ts';
import { findMissingWebkitPrograms, launchWebkit, type WebkitWindow } from '../support/endurance/webkit.ts';
import { removeState, spawnLaptopCloud, type LaptopCloudHandle } from '../support/laptop-cloud.ts';
import { connectTo } from '../support/shared-cloud.ts';

const SLOW_MACHINE_MS = 120_000;

const missing = findMissingWebkitPrograms();
if (missing.length > 0) {
  if (process.env['CI'] !== undefined)
    throw new Error(`Not installed, and nothing is skipped in CI: ${missing.join(', ')}`);
  process.stdout.write(`Skipped: tests in WebKitGTK, which needs ${missing.join(', ')}.\n`);
}

/** Sizes of the elements of a player, in CSS pixels, and of its decoded video. */
interface PlayerSize {
  readonly frame: readonly [width: number, height: number];
  readonly video: readonly [width: number, height: number];
  readonly decoded: readonly [width: number, height: number];
}

const describeWithWebkit: jest.Describe = missing.length > 0 ? describe.skip : describe;

describeWithWebkit('the pages in WebKitGTK', () => {
  let cloud: LaptopCloudHandle;
  let window: WebkitWindow;
  let directory: string;

  const find = (selector: string): Promise<WebElement> =>
    window.driver.wait(until.elementLocated(By.css(selector)), SLOW_MACHINE_MS);
  const evaluate = <T>(script: string): Promise<T> => window.driver.executeScript<T>(script);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'webkit-'));
    [cloud, window] = await Promise.all([spawnLaptopCloud(), launchWebkit()]);
  });
  afterAll(async () => {
    await window?.close();
    await cloud?.stop();
    await removeState(cloud.stateDirectory);
    await rm(directory, { recursive: true });
  });

  test('sign in and show the library', async () => {
    await window.driver.get(connectTo(cloud.stateDirectory).running.edgeUrl);
    await (await find('main button')).click();
    await (await find('button[value=uploader]')).click();
    expect(await (await find('.empty h2')).getText()).not.toBe('');
  });

  test.each([
    { name: 'portrait', width: 360, height: 640 },
    { name: 'landscape', width: 640, height: 360 },
  ])('upload a $name video and play it in a frame of its size', async ({ name, width, height }) => {
    await (await find('.brand')).click();
    await (await find('.header input[type=file]')).sendKeys(await makeMovie(directory, name, width, height));
    const card = By.xpath(`//*[contains(@class, "card")]//a[contains(., "${name}")]`);
    await (await window.driver.wait(until.elementLocated(card), SLOW_MACHINE_MS)).click();
    await (await find('media-control-bar media-play-button')).click();
    await window.driver.wait(
      () => evaluate<boolean>('return document.querySelector("hls-video").currentTime > 1'),
      SLOW_MACHINE_MS,
    );
    const { frame, video, decoded } = await evaluate<PlayerSize>(`
      const { nativeEl } = document.querySelector('hls-video');
      const sizeOf = (element) => { const { width, height } = element.getBoundingClientRect(); return [width, height]; };
      return {
        frame: sizeOf(document.querySelector('.stage')),
        video: sizeOf(nativeEl),
        decoded: [nativeEl.videoWidth, nativeEl.videoHeight],
      };`);
    expect(video).toEqual(frame);
    expect(decoded[0] / decoded[1]).toBeCloseTo(width / height, 1);
  });

  test('show the keyboard focus on every control of the player', async () => {
    await evaluate('document.querySelector("media-controller").focus()');
    const focused: string[] = [];
    while (focused.at(-1) !== 'media-fullscreen-button') {
      await window.driver.actions().sendKeys(Key.TAB).perform();
      const [control, ring] = await evaluate<[string, boolean]>(`
        const control = document.activeElement;
        const focused = control.shadowRoot.activeElement ?? control;
        return [control.localName, getComputedStyle(focused).boxShadow !== 'none'];`);
      expect([control, ring]).toEqual([control, true]);
      focused.push(control);
    }
    expect(focused).toEqual(expect.arrayContaining(['media-play-button', 'media-time-range', 'media-volume-range']));
    expect(focused).not.toContain('media-pip-button');
  });
});

/** Makes six seconds of a test pattern with a tone, and returns the path of the file. */
async function makeMovie(directory: string, name: string, width: number, height: number): Promise<string> {
  const video = ['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=25:duration=6`];
  const audio = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=6'];
  const path = join(directory, `${name}.mp4`);
  await writeFile(path, await makeWithFfmpeg(`${name}.mp4`, [...video, ...audio, '-pix_fmt', 'yuv420p']));
  return path;
}
