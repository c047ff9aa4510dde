/// <reference lib="dom" />
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { scoreHeaders } from '../support/lib/http-observatory.ts';
import { chromiumPath, launchBrowser } from '../support/browser.ts';
import { footageIsReady } from '../support/footage.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { askApi, pageUrl, seriousBarriers, sidewaysScroll, signIn, visit, type Visitor } from '../support/visitors.ts';

const describeWithChromium = chromiumPath() === undefined ? describe.skip : describe;

test.each(['/', '/videos/nothing', '/signed-in', '/api/openapi.json', '/api/videos'])(
  'the headers of %s are graded A or better by Mozilla’s rules',
  async (path) => {
    const { headers } = await fetch(pageUrl(path));
    // The laptop has no TLS; its addresses are the one thing that differs from what is deployed.
    const deployed = [...headers].map(([name, value]) => [name, value.replaceAll('http://', 'https://')]);
    expect(scoreHeaders(Object.fromEntries(deployed)).grade).toMatch(/^A\+?$/);
  },
);

describeWithChromium('the pages', () => {
  let browser: Browser;
  beforeAll(async () => void (browser = await launchBrowser()));
  afterAll(() => browser?.close());

  const visitors: Visitor[] = [];
  const visitor = async (options?: Parameters<typeof visit>[1]): Promise<Visitor> => {
    const someone = await visit(browser, options);
    visitors.push(someone);
    return someone;
  };
  afterEach(async () => {
    const gone = visitors.splice(0);
    await Promise.all(gone.map((one) => one.close()));
    expect(gone.flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  test('load less than 200 KB, compressed, until the library is there', async () => {
    const admin = await visitor();
    const loaded = new Map<string, Promise<Buffer>>();
    admin.page.on('response', (response) => {
      const { pathname, origin } = new URL(response.url());
      const isOfPages = origin === pageUrl('') && !/^\/(?:api|v)\//.test(pathname);
      if (isOfPages && response.status() === 200) loaded.set(pathname, response.body());
    });
    await signIn(admin, 'admin');
    const bodies = await Promise.all(loaded.values());
    expect(loaded.size).toBeGreaterThan(3);
    expect(bodies.reduce((sum, body) => sum + gzipSync(body).length, 0)).toBeLessThan(200_000);
    expect(await seriousBarriers(admin)).toEqual([]);
  });

  test('speak Korean to whose browser does, up to the sign-in and back', async () => {
    const someone = await visitor({ locale: 'ko-KR' });
    await someone.page.goto(pageUrl('/'));
    await someone.page.locator('main').getByRole('button', { name: '로그인' }).waitFor();
    await signIn(someone, 'viewer');
    expect(await someone.page.locator('html').getAttribute('lang')).toBe('ko');
    expect(await lettersOf(someone.page)).toMatch(/보관함|라이브러리/);
    expect(await lettersOf(someone.page)).not.toMatch(/Library|Search|Status/);
  });

  test('offer a viewer nothing to upload with, and the API refuses it', async () => {
    const viewer = await visitor();
    await signIn(viewer, 'viewer');
    expect(await viewer.page.locator('input[type=file]').count()).toBe(0);
    expect(await viewer.page.getByRole('button', { name: /Upload|Choose/ }).count()).toBe(0);
    const refused = await askApi(viewer, 'POST', '/uploads', { fileName: 'a.mp4', sizeBytes: 1 });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(await refused.json()).toMatchObject({ code: 'forbidden', type: 'urn:sluice:problem:forbidden' });
  });

  test('show nobody who is not signed in anything but the way in, without barriers', async () => {
    const { videoId } = await footageIsReady(sharedCloud());
    const nobody = await visitor();
    await nobody.page.goto(pageUrl('/'));
    await nobody.page.getByRole('heading', { name: 'Your videos, in your own cloud' }).waitFor();
    expect(await seriousBarriers(nobody)).toEqual([]);
    expect(nobody.complaints).toEqual([]);
    await nobody.page.goto(pageUrl(`/videos/${videoId}`));
    await nobody.page.getByText('you need to sign in to watch it').waitFor();
    // The browser itself tells of the API's answer, which does not say whether there is such a video.
    expect(nobody.complaints.splice(0)).toEqual([expect.stringMatching(/404/)]);
    await nobody.page.locator('main').getByRole('button', { name: 'Sign in' }).click();
    await nobody.page.locator('button[value=admin]').click();
    await nobody.page.waitForURL(pageUrl(`/videos/${videoId}`));
    await nobody.page.locator('hls-video').waitFor();
  });

  test('cannot be moved sideways on a phone', async () => {
    const someone = await visitor({ viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true });
    await someone.page.goto(pageUrl('/'));
    await someone.page.getByRole('heading').waitFor();
    expect(await sidewaysScroll(someone)).toBe(0);
    await signIn(someone, 'admin');
    expect(await sidewaysScroll(someone)).toBe(0);
  });
});

function lettersOf(page: Page): Promise<string> {
  return page.locator('body').innerText();
}
