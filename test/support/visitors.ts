/// <reference lib="dom" />
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Role } from '../../lambdas/contracts/api/session.ts';
import { POSTER } from '../../lambdas/contracts/output-layout.ts';
import { SLOW_MACHINE_MS } from './browser.ts';
import { sharedCloud } from './shared-cloud.ts';

/** Browser window with its own cookies and storage. */
export interface Visitor {
  readonly page: Page;
  /**
   * Errors that the browser logged: script errors, failed requests and content security policy violations. Refused posters
   * in the library are left out, since the suites share a cloud in which videos are withdrawn and deleted.
   */
  readonly browserErrors: string[];
  close(): Promise<void>;
}

export function pageUrl(path: string): string {
  return `${sharedCloud().running.edgeUrl}${path}`;
}

export async function openVisitor(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    colorScheme: 'light',
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(SLOW_MACHINE_MS);
  const page = await context.newPage();
  const browserErrors: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const { url } = message.location();
    const isPosterInLibrary = new URL(page.url()).pathname === '/' && new URL(url, pageUrl('/')).pathname.endsWith(`/${POSTER}`);
    if (!isPosterInLibrary) browserErrors.push(`${message.text()} ${url}`);
  });
  page.on('pageerror', (error) => browserErrors.push(String(error)));
  return { page, browserErrors, close: () => context.close() };
}

/** Signs in from the welcome page, and waits for the library. */
export async function signInAs({ page }: Visitor, who: Role): Promise<void> {
  await page.goto(pageUrl('/'));
  await page.locator('main').getByRole('button').click();
  await page.locator(`button[value=${who}]`).click();
  await page.locator('.grid:not([aria-hidden]) .card, .empty').first().waitFor();
}

/** Calls the API as the user who is signed in to the window. */
export async function callApiFromPage(
  { page }: Visitor,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  const token = await page.evaluate(() => {
    const [, user = '{}'] = Object.entries(localStorage).find(([key]) => key.startsWith('oidc.user:')) ?? [];
    return (JSON.parse(user) as { access_token?: string }).access_token ?? '';
  });
  return fetch(pageUrl(`/api${path}`), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Rule that axe runs on request only: the name of a control contains its visible text (WCAG 2.5.3). */
const LABEL_IN_NAME = 'label-content-name-mismatch';

/** Returns serious and critical axe violations of the current page, in light and dark mode. */
export async function findSeriousAxeViolations({ page }: Visitor): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(
      async ([scheme, rule]) => {
        // Playwright cannot emulate the color scheme of Firefox; the pages' own switch works everywhere.
        document.documentElement.dataset['theme'] = scheme;
        // Colors halfway through the transition between light and dark would be misjudged. An animation may also be canceled.
        await new Promise(requestAnimationFrame);
        await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
        const options = { resultTypes: ['violations'], rules: { [rule]: { enabled: true } } } satisfies axe.RunOptions;
        const results = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, options);
        delete document.documentElement.dataset['theme'];
        return results;
      },
      [colorScheme, LABEL_IN_NAME] as const,
    );
    for (const { id, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue;
      found.push(...nodes.map(({ target }) => `${colorScheme}: ${id} at ${target.join(' ')}`));
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  return found;
}

/** Returns the controls of the player whose name does not contain the tooltip that they show under the pointer. */
export async function findMisnamedControls({ page }: Visitor): Promise<string[]> {
  const found: string[] = [];
  await page.evaluate(axe.source);
  for (const control of await page.locator('media-control-bar > [role=button]').all()) {
    if (!(await control.isVisible())) continue;
    await control.hover();
    const misnamed = await control.evaluate(async (element, rule) => {
      // The tooltip fades in.
      await Promise.allSettled(element.shadowRoot?.getAnimations().map(({ finished }) => finished) ?? []);
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(element, { runOnly: [rule] });
      return violations.length > 0;
    }, LABEL_IN_NAME);
    if (misnamed) found.push((await control.getAttribute('aria-label')) ?? '');
  }
  return found;
}

/** Returns how far the page scrolls horizontally, in CSS pixels. */
export function measureHorizontalScroll({ page }: Visitor): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
