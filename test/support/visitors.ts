/// <reference lib="dom" />
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Role } from '../../lambdas/contracts/api/session.ts';
import { sharedCloud } from './shared-cloud.ts';

/** Browser window with its own cookies and storage. */
export interface Visitor {
  readonly page: Page;
  /** Errors that the browser logged: script errors, failed requests and content security policy violations. */
  readonly browserErrors: string[];
  close(): Promise<void>;
}

const SLOW_MACHINE_MS = 120_000;

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
    if (message.type() === 'error') browserErrors.push(`${message.text()} ${message.location().url}`);
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

/** Returns serious and critical axe violations of the current page, in light and dark mode. */
export async function findSeriousAxeViolations({ page }: Visitor): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(async () => {
      // Colors halfway through the transition between light and dark would be misjudged.
      await new Promise(requestAnimationFrame);
      await Promise.all(document.getAnimations().map(({ finished }) => finished));
      return (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] });
    });
    for (const { id, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue;
      found.push(...nodes.map(({ target }) => `${colorScheme}: ${id} at ${target.join(' ')}`));
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  return found;
}

/** Returns how far the page scrolls horizontally, in CSS pixels. */
export function measureHorizontalScroll({ page }: Visitor): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
