/// <reference lib="dom" />
import { type Browser, errors } from 'playwright-core';
import { describeWithChromium } from '../support/describe-with-chromium.ts';
import { launchBrowser } from '../support/browser.ts';
import { waitForFootage } from '../support/footage.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import {
  pageUrl,
  findMisnamedControls,
  findSeriousAxeViolations,
  measureHorizontalScroll,
  signInAs,
  openVisitor,
  type Visitor,
} from '../support/visitors.ts';

describeWithChromium('real footage', () => {
  let browser: Browser;
  let admin: Visitor;
  let videoPath: string;

  beforeAll(async () => {
    const { videoId } = await waitForFootage(sharedCloud());
    videoPath = `/videos/${videoId}`;
    browser = await launchBrowser();
    admin = await openVisitor(browser);
    await signInAs(admin, 'admin');
  });
  afterAll(() => browser?.close());
  afterEach(() => expect(admin.browserErrors).toEqual([]));

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

  test('offers each quality once and plays the chosen one', async () => {
    const { page } = admin;
    await openQuality(admin);
    const renditions = page.locator('media-rendition-menu').getByRole('menuitemradio');
    // The menu is filled after it opens.
    await renditions.filter({ hasText: '360p' }).waitFor();
    const choices = await renditions.allTextContents();
    expect(choices.map((text) => /\d+p|Auto/.exec(text)?.[0])).toEqual(['1080p', '720p', '480p', '360p', 'Auto']);
    await choose(admin, '360p');
    await videoHeightIs(admin, 360);
    await page.keyboard.press('Escape');
    await chooseQuality(admin, '1080p');
    await videoHeightIs(admin, 1080);
    await page.keyboard.press('Escape');
  });

  test('shows a preview image of the time under the pointer', async () => {
    const first = await previewAt(admin, 0.1);
    const later = await previewAt(admin, 0.7);
    expect(later).not.toEqual(first);
  });

  test('can be played, paused and seeked by keyboard', async () => {
    const { page } = admin;
    await page.locator('media-controller').focus();
    await page.keyboard.press('k');
    await page.waitForFunction(() => (document.querySelector('hls-video') as HTMLVideoElement).paused);
    const before = await currentTime(admin);
    await page.keyboard.press('ArrowRight');
    await playsPast(admin, before + 5);
    expect(await showsPaused(admin)).toBe(true);
  });

  test('responds to shortcuts anywhere on the page, in any keyboard layout', async () => {
    const { page } = admin;
    const player = page.locator('media-controller');
    await page.getByRole('button', { name: 'Edit title' }).focus();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyDown', key: 'ㅏ', code: 'KeyK' });
    await player.and(page.locator(':not([mediapaused])')).waitFor();
    await page.locator('main').focus();
    await page.keyboard.press(' ');
    await player.and(page.locator('[mediapaused]')).waitFor();
    await page.keyboard.press('Shift+M');
    await player.and(page.locator('[mediamuted]')).waitFor();
    await page.keyboard.press('Shift+Period');
    await player.and(page.locator('[mediaplaybackrate="1.25"]')).waitFor();
    const before = await currentTime(admin);
    await page.keyboard.press('j');
    await page.waitForFunction(
      (time) => (document.querySelector('hls-video') as HTMLVideoElement).currentTime < time || time === 0,
      before,
    );
    await page.keyboard.press('f');
    await player.and(page.locator('[mediaisfullscreen]')).waitFor();
    await page.keyboard.press('f');
    await player.and(page.locator(':not([mediaisfullscreen])')).waitFor();
    expect(await page.evaluate(() => document.fullscreenElement)).toBeNull();
    await page.getByRole('button', { name: 'Edit title' }).click();
    const title = page.getByRole('textbox', { name: 'Title' });
    await title.and(page.locator(':focus')).waitFor();
    await page.keyboard.press('k');
    expect(await title.inputValue()).toBe('k');
    await page.keyboard.press('Escape');
    expect(await showsPaused(admin)).toBe(true);
  });

  test('shows its shortcuts by key and by menu', async () => {
    const { page } = admin;
    const table = page.locator('#shortcuts');
    await page.locator('main').focus();
    await page.keyboard.press('?');
    await table.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await table.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor({ state: 'hidden' });
    await page.locator('media-settings-menu-button').click();
    await page.locator('media-settings-menu-item.player-shortcuts').click();
    await table.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
    expect(await table.locator('kbd').allTextContents()).toContain('K');
    await page.locator('media-settings-menu').waitFor({ state: 'hidden' });
    expect(await findSeriousAxeViolations(admin)).toEqual([]);
    await page.keyboard.press('Escape');
    await table.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor({ state: 'hidden' });
  });

  test('takes a click on the last pixels of its menu, which lie over the seek bar', async () => {
    const { page } = admin;
    await page.evaluate(() => (document.querySelector('hls-video') as HTMLVideoElement).pause());
    const before = await currentTime(admin);
    await page.locator('media-settings-menu-button').click();
    const item = page.locator('media-settings-menu-item.player-shortcuts');
    const { width = 0, height = 0 } = (await item.boundingBox()) ?? {};
    await item.click({ position: { x: width / 2, y: height - 2 } });
    await page.locator('#shortcuts').waitFor();
    await page.locator('media-settings-menu').waitFor({ state: 'hidden' });
    expect(await currentTime(admin)).toBe(before);
    await page.keyboard.press('Escape');
    await page.locator('#shortcuts').waitFor({ state: 'hidden' });
  });

  test('seeks by digits and frames on the page, and by Home and End in the player only', async () => {
    const { page } = admin;
    await page.locator('main').focus();
    await page.keyboard.press('5');
    await positionIs(admin, 15);
    await page.keyboard.press('.');
    await positionIs(admin, 15 + 1.5 / FRAME_RATE);
    await page.keyboard.press('End');
    await page.keyboard.press(',');
    await positionIs(admin, 15 + 0.5 / FRAME_RATE);
    const player = page.locator('media-controller');
    await player.focus();
    await page.keyboard.press('Home');
    await positionIs(admin, 0);
    expect(await showsPaused(admin)).toBe(true);
  });

  test('ignores single keys once they are switched off, until they are switched on again', async () => {
    const { page } = admin;
    const openDialog = async () => {
      await page.getByRole('button', { name: 'Account menu: admin' }).click();
      await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
      return page.getByRole('checkbox', { name: /Single-key shortcuts/ });
    };
    await (await openDialog()).uncheck();
    await page.keyboard.press('Escape');
    await page.reload();
    await page.waitForFunction(() => (document.querySelector<HTMLVideoElement>('hls-video')?.duration ?? 0) > 0);
    await page.locator('main').focus();
    for (const key of ['5', '?', 'f']) await page.keyboard.press(key);
    await page.keyboard.press('ArrowRight');
    await positionIs(admin, 10);
    expect(await page.evaluate(() => document.fullscreenElement)).toBeNull();
    await (await openDialog()).check();
    // Without a frame between them: the closed dialog still holds the focus.
    await Promise.all([page.keyboard.press('?'), page.keyboard.press('5')]);
    await page.locator('#shortcuts').waitFor({ state: 'hidden' });
    await positionIs(admin, 15);
  });

  test('continues at the same place after a reload, and starts at the time of a link', async () => {
    const { page } = admin;
    await page.reload();
    await positionIs(admin, 15);
    await page.getByRole('checkbox', { name: 'Start at' }).check();
    await page.getByRole('textbox', { name: 'Start time' }).fill('0:07');
    const code = await page.getByRole('textbox', { name: 'Embed code' }).inputValue();
    expect(code).toContain(`${videoPath.replace('/videos/', '/embed/')}?t=7"`);
    await page.goto(pageUrl(`${videoPath}?t=0m07s`));
    await positionIs(admin, 7);
  });

  test('keeps its position and settings when its signature expires', async () => {
    const { page } = admin;
    const signatureOf = (url: string) => new URL(url).searchParams.get('Signature') ?? '';
    // A page that has just started to load, so that requests remain to be rejected.
    await page.reload();
    await page.waitForFunction(() => (document.querySelector<HTMLVideoElement>('hls-video')?.duration ?? 0) > 0);
    await page.locator('main').focus();
    await page.keyboard.press('Shift+Period');
    const expired = signatureOf(
      await page.evaluate(() => (document.querySelector('hls-video') as HTMLVideoElement).src),
    );
    await chooseQuality(admin, '360p');
    await page.keyboard.press('Escape');
    await page.route(
      (url) => signatureOf(url.href) === expired,
      (route) => route.fulfill({ status: 403 }),
    );
    await page.evaluate(() => {
      const video = document.querySelector('hls-video') as HTMLVideoElement;
      video.currentTime = 20;
      // Interrupted by the new `src`, with which playback continues automatically.
      video.play().catch(() => undefined);
    });
    await playsPast(admin, 21);
    const [url, speed] = await page.evaluate(() => {
      const { src, playbackRate } = document.querySelector('hls-video') as HTMLVideoElement;
      return [src, playbackRate] as const;
    });
    expect([signatureOf(url) === expired, speed]).toEqual([false, 1.25]);
    await videoHeightIs(admin, 360);
    await page.unrouteAll();
    expect(admin.browserErrors.filter((complaint) => !/ 403 /.test(complaint))).toEqual([]);
    admin.browserErrors.length = 0;
  });

  test('is shown in Korean to a Korean browser', async () => {
    const korean = await openVisitor(browser, { locale: 'ko-KR' });
    await signInAs(korean, 'admin');
    const { page } = korean;
    await page.goto(pageUrl(videoPath));
    await page.getByRole('heading', { name: '기술 정보' }).waitFor();
    await page.locator('media-control-bar media-play-button[aria-label="재생"]').waitFor();
    await page.locator('media-settings-menu-button').click();
    await page.locator('media-settings-menu-item', { hasText: '키보드 단축키' }).waitFor();
    await page.keyboard.press('Escape');
    const text = await page.locator('main').innerText();
    const english = text.replaceAll(/big-buck-bunny\S*|[\w.-]+\.mp4|kbit/g, '').match(/\b[a-z]{4,}\b/g) ?? [];
    expect(english).toEqual([]);
    expect(await findSeriousAxeViolations(korean)).toEqual([]);
    expect(await measureHorizontalScroll(korean)).toBe(0);
    expect(korean.browserErrors).toEqual([]);
    await korean.close();
  });

  test('creates a signed URL with the chosen format and expiry', async () => {
    const { page } = admin;
    await page.getByLabel('Format').selectOption('DASH');
    await page.getByLabel('Valid for').selectOption('1 day');
    await page.getByRole('button', { name: 'Create URL' }).click();
    const url = await page.getByRole('textbox', { name: 'Signed URL' }).inputValue();
    await page.waitForFunction((created) => (document.activeElement as HTMLInputElement).value === created, url);
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toBe('application/dash+xml');
    expect(await response.text()).toMatch(/<MPD/);
  });

  test('has no serious accessibility violations, and no sideways scrolling on a phone', async () => {
    expect(await findSeriousAxeViolations(admin)).toEqual([]);
    expect(await findMisnamedControls(admin)).toEqual([]);
    const { page } = admin;
    for (const width of [320, 390]) {
      await page.setViewportSize({ width, height: 780 });
      expect(await measureHorizontalScroll(admin)).toBe(0);
    }
  });

  test('stops loading when its page is left for the previous list', async () => {
    const { page } = admin;
    await page.goto(pageUrl('/?search=BUCK+bun'));
    await page.locator('.grid:not([aria-hidden])').getByRole('link', { name: 'big-buck-bunny' }).click();
    await page.waitForFunction(() => (document.querySelector<HTMLVideoElement>('hls-video')?.duration ?? 0) > 0);
    const left = await page.evaluateHandle(() => document.querySelector('hls-video') as HTMLElement & LeftPlayer);
    expect(await left.evaluate(({ api }) => api)).not.toBeNull();
    await page.getByRole('link', { name: 'Library', exact: true }).click();
    await page.waitForURL(/search=BUCK/);
    expect(await page.getByRole('searchbox').inputValue()).toBe('BUCK bun');
    const state = await left.evaluate(({ api, nativeEl }) => [api, nativeEl.networkState]);
    expect(state).toEqual([null, NETWORK_EMPTY]);
  });
});

/** https://html.spec.whatwg.org/multipage/media.html#dom-media-network_empty */
const NETWORK_EMPTY = 0;

/** Loading state of a player element. */
interface LeftPlayer {
  /** The hls.js instance. */
  readonly api: object | null;
  readonly nativeEl: HTMLVideoElement;
}

function currentTime({ page }: Visitor): Promise<number> {
  return page.evaluate(() => (document.querySelector('hls-video') as HTMLVideoElement).currentTime);
}

/** Frame rate of the footage. */
const FRAME_RATE = 24;

async function positionIs({ page }: Visitor, seconds: number): Promise<void> {
  await page.waitForFunction(
    (target) => Math.abs((document.querySelector<HTMLVideoElement>('hls-video')?.currentTime ?? -1) - target) < 0.02,
    seconds,
  );
}

/** Waits until the controls are drawn as paused, which they are later than the video is, and returns whether it still is. */
async function showsPaused({ page }: Visitor): Promise<boolean> {
  await page.locator('media-controller[mediapaused]').waitFor();
  return page.evaluate(() => (document.querySelector('hls-video') as HTMLVideoElement).paused);
}

async function playsPast({ page }: Visitor, seconds: number): Promise<void> {
  await page.waitForFunction(
    (target) => (document.querySelector('hls-video') as HTMLVideoElement).currentTime > target,
    seconds,
  );
}

async function openQuality({ page }: Visitor): Promise<void> {
  // The menu opens upwards, and the header covers it where the page is scrolled.
  await page.evaluate(() => scrollTo(0, 0));
  await page.locator('media-settings-menu-button').click();
  await page.locator('media-settings-menu-item.player-quality').click();
}

function choose({ page }: Visitor, quality: string, timeout = 120_000): Promise<void> {
  return page.locator('media-rendition-menu').getByText(quality, { exact: true }).click({ timeout });
}

/** Opens the menu and chooses a quality. The player writes its menu anew when it switches by itself, which can close it. */
async function chooseQuality(visitor: Visitor, quality: string): Promise<void> {
  await openQuality(visitor);
  try {
    await choose(visitor, quality, 5000);
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error;
    await visitor.page.keyboard.press('Escape');
    await chooseQuality(visitor, quality);
  }
}

async function videoHeightIs({ page }: Visitor, height: number): Promise<void> {
  await page.waitForFunction(
    (target) => (document.querySelector('hls-video') as HTMLVideoElement).videoHeight === target,
    height,
  );
}

/** Returns the coordinates of the preview image at a fraction of the duration, once it has loaded. */
async function previewAt({ page }: Visitor, fraction: number): Promise<string> {
  const range = page.locator('media-time-range');
  const { width = 0 } = (await range.boundingBox()) ?? {};
  await range.hover({ position: { x: width * fraction, y: 10 } });
  const shown = await page.waitForFunction(() => {
    const thumbnail = document.querySelector('media-preview-thumbnail');
    const image = thumbnail?.shadowRoot?.querySelector('img');
    const loaded = image?.complete === true && image.naturalWidth > 0 && (thumbnail?.clientWidth ?? 0) > 0;
    return loaded ? thumbnail?.getAttribute('mediapreviewcoords') : null;
  });
  return String(await shown.jsonValue());
}
