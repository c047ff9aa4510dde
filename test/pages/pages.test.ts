/// <reference lib="dom" />
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { describeWithChromium } from '../support/describe-with-chromium.ts';
import { scoreHeaders } from '../support/lib/http-observatory.ts';
import { launchBrowser } from '../support/browser.ts';
import { waitForFootage } from '../support/footage.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import {
  callApiFromPage,
  pageUrl,
  findSeriousAxeViolations,
  measureHorizontalScroll,
  signInAs,
  openVisitor,
  type Visitor,
} from '../support/visitors.ts';

test.each(['/', '/nothing', '/videos/0199a6b4-5c1e-7c3a-9d57-1f2e3a4b5c6d', '/signed-in', '/api/openapi.json', '/api/videos'])(
  'sends headers for %s that Mozilla’s rules grade A or better',
  async (path) => {
    const { headers } = await fetch(pageUrl(path));
    // The laptop has no TLS; only its URLs differ from a deployment.
    const deployed = [...headers].map(([name, value]) => [name, value.replaceAll('http://', 'https://')]);
    expect(scoreHeaders(Object.fromEntries(deployed)).grade).toMatch(/^A\+?$/);
  },
);

test.each(['/nothing', '//', '/videos/%', '/videos/nothing', '/assets/nothing.js', '/nothing.png'])(
  'responds 404 to %s, for HEAD too',
  async (path) => {
    for (const method of ['GET', 'HEAD']) expect((await fetch(`${pageUrl('')}${path}`, { method })).status).toBe(404);
  },
);

test.each([
  ['/robots.txt', 'text/plain'],
  ['/favicon.ico', 'image/vnd.microsoft.icon'],
  ['/icon.svg', 'image/svg+xml'],
  ['/apple-touch-icon.png', 'image/png'],
])('serves %s as %s, to be revalidated', async (path, type) => {
  const { status, headers } = await fetch(pageUrl(path), { method: 'HEAD' });
  expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([200, type, 'no-cache']);
});

describeWithChromium('the pages', () => {
  let browser: Browser;
  beforeAll(async () => void (browser = await launchBrowser()));
  afterAll(() => browser?.close());

  const visitors: Visitor[] = [];
  const visitor = async (options?: Parameters<typeof openVisitor>[1]): Promise<Visitor> => {
    const user = await openVisitor(browser, options);
    visitors.push(user);
    return user;
  };
  afterEach(async () => {
    const closing = visitors.splice(0);
    await Promise.all(closing.map((one) => one.close()));
    expect(closing.flatMap(({ browserErrors }) => browserErrors)).toEqual([]);
  });

  test('load less than 200 KB, compressed, until the library is shown', async () => {
    const admin = await visitor();
    const loaded = new Set<string>();
    admin.page.on('response', (response) => {
      const { pathname, origin } = new URL(response.url());
      const isOfPages = origin === pageUrl('') && !/^\/(?:api|v)\//.test(pathname);
      if (isOfPages && response.status() === 200) loaded.add(pathname);
    });
    await signInAs(admin, 'admin');
    // The browser forgets the bodies of pages that it has left.
    const bodies = await Promise.all([...loaded].map(async (path) => (await fetch(pageUrl(path))).arrayBuffer()));
    expect(loaded.size).toBeGreaterThan(3);
    expect(bodies.reduce((sum, body) => sum + gzipSync(body).length, 0)).toBeLessThan(200_000);
    expect(await findSeriousAxeViolations(admin)).toEqual([]);
  });

  test('are in Korean for a Korean browser, before and after the sign-in', async () => {
    const user = await visitor({ locale: 'ko-KR' });
    await user.page.goto(pageUrl('/'));
    await user.page.locator('main').getByRole('button', { name: '로그인' }).waitFor();
    await signInAs(user, 'viewer');
    expect(await user.page.locator('html').getAttribute('lang')).toBe('ko');
    expect(await visibleText(user.page)).toMatch(/보관함|라이브러리/);
    expect(await visibleText(user.page)).not.toMatch(/Library|Search|Status/);
  });

  test('offer a viewer no upload, which the API rejects too', async () => {
    const viewer = await visitor();
    await signInAs(viewer, 'viewer');
    expect(await viewer.page.locator('input[type=file]').count()).toBe(0);
    expect(await viewer.page.getByRole('button', { name: /Upload|Choose/ }).count()).toBe(0);
    const rejected = await callApiFromPage(viewer, 'POST', '/uploads', { fileName: 'a.mp4', sizeBytes: 1 });
    expect(rejected.status).toBe(403);
    expect(rejected.headers.get('content-type')).toBe('application/problem+json');
    expect(await rejected.json()).toMatchObject({ code: 'forbidden', type: 'urn:sluice:problem:forbidden' });
  });

  test('offer a signed-out visitor only the sign-in, accessibly', async () => {
    const { videoId } = await waitForFootage(sharedCloud());
    const guest = await visitor();
    await guest.page.goto(pageUrl('/'));
    await guest.page.getByRole('heading', { name: 'Your videos, in your own cloud' }).waitFor();
    expect(await findSeriousAxeViolations(guest)).toEqual([]);
    expect(guest.browserErrors).toEqual([]);
    await guest.page.goto(pageUrl(`/videos/${videoId}`));
    await guest.page.getByText('you need to sign in to watch it').waitFor();
    // The browser logs the API's response, which does not reveal whether the video exists.
    expect(guest.browserErrors.splice(0)).toEqual([expect.stringMatching(/404/)]);
    await guest.page.locator('main').getByRole('button', { name: 'Sign in' }).click();
    await guest.page.locator('button[value=admin]').waitFor();
    expect(await findSeriousAxeViolations(guest)).toEqual([]);
    await guest.page.locator('button[value=admin]').click();
    await guest.page.waitForURL(pageUrl(`/videos/${videoId}`));
    await guest.page.locator('hls-video').waitFor();
  });

  test('show a page of their own for an unknown path, from which a visitor can sign in', async () => {
    const guest = await visitor();
    for (const path of ['//', '/videos/%']) {
      await guest.page.goto(`${pageUrl('')}${path}`);
      await guest.page.getByRole('heading', { name: 'Page not found' }).waitFor();
    }
    expect(await findSeriousAxeViolations(guest)).toEqual([]);
    await guest.page.getByRole('button', { name: 'Sign in' }).click();
    await guest.page.locator('button[value=viewer]').click();
    await guest.page.waitForURL(pageUrl('/'));
    // The browser logs the status.
    expect(guest.browserErrors.splice(0)).toEqual([expect.stringMatching(/404/), expect.stringMatching(/404/)]);
  });

  test('lead back to the library of this site from a path that names another one', async () => {
    const user = await visitor();
    await signInAs(user, 'viewer');
    await user.page.evaluate(() => {
      history.pushState(null, '', `${location.origin}//other.example/?search=a`);
      dispatchEvent(new PopStateEvent('popstate'));
    });
    await user.page.waitForFunction(() => document.querySelector<HTMLInputElement>('input[type=search]')?.value === 'a');
    await user.page.evaluate(() => {
      const link = Object.assign(document.createElement('a'), { href: '/videos/0199a6b4-5c1e-7c3a-9d57-1f2e3a4b5c6d' });
      document.body.append(link);
      link.click();
    });
    await user.page.locator('main').getByRole('link', { name: 'Go to library' }).click();
    await user.page.waitForURL(pageUrl('/?search=a'));
    // The browser logs the API's response for the missing video.
    expect(user.browserErrors.splice(0)).toEqual([expect.stringMatching(/404/)]);
  });

  test('sign in visitors who open them by another host name', async () => {
    const guest = await visitor();
    await guest.page.goto(pageUrl('/videos/?a=1').replace('127.0.0.1', 'localhost'));
    await guest.page.waitForURL(pageUrl('/videos/?a=1'));
    await guest.page.goto(pageUrl('/').replace('127.0.0.1', 'localhost'));
    await guest.page.waitForURL(pageUrl('/'));
    await guest.page.locator('main').getByRole('button', { name: 'Sign in' }).click();
    await guest.page.locator('button[value=viewer]').click();
    await guest.page.waitForURL(pageUrl('/'));
    await guest.page.getByRole('heading', { name: 'Library' }).waitFor();
    expect(guest.browserErrors.splice(0)).toEqual([expect.stringMatching(/404/)]);
  });

  test('do not scroll sideways on a phone', async () => {
    const user = await visitor({ viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true });
    await user.page.goto(pageUrl('/'));
    await user.page.getByRole('heading').waitFor();
    expect(await measureHorizontalScroll(user)).toBe(0);
    await signInAs(user, 'admin');
    expect(await measureHorizontalScroll(user)).toBe(0);
  });
});

function visibleText(page: Page): Promise<string> {
  return page.locator('body').innerText();
}
