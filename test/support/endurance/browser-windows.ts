import type { Browser } from 'playwright-core';
import { launchBrowser, launchFirefox, SLOW_MACHINE_MS } from '../browser.ts';
import { describeWithChromium } from '../describe-with-chromium.ts';
import { describeWithFirefox } from '../describe-with-firefox.ts';
import { findMissingWebkitPrograms, launchWebkit } from './webkit.ts';

/** A window of any browser. Scripts are expressions of JavaScript; a promise is awaited. */
export interface BrowserWindow {
  open(url: string): Promise<void>;
  evaluate<T>(expression: string): Promise<T>;
  waitFor(expression: string): Promise<void>;
  click(x: number, y: number): Promise<void>;
  /** Takes a screenshot of the page as PNG, with one pixel for each CSS pixel. */
  takeScreenshot(): Promise<Buffer>;
  close(): Promise<void>;
}

async function openIn(browser: Browser): Promise<BrowserWindow> {
  // Without a viewport of Playwright's, to which it would crop a screenshot in full screen.
  const page = await browser.newPage({ viewport: null });
  page.setDefaultTimeout(SLOW_MACHINE_MS);
  return {
    open: async (url) => void (await page.goto(url)),
    evaluate: (expression) => page.evaluate(expression),
    waitFor: async (expression) => void (await page.waitForFunction(expression)),
    click: (x, y) => page.mouse.click(x, y),
    takeScreenshot: () => page.screenshot(),
    close: () => browser.close(),
  };
}

async function openWebkit(): Promise<BrowserWindow> {
  const webkit = await launchWebkit();
  const { driver } = webkit;
  const evaluate = <T>(expression: string): Promise<T> => driver.executeScript<T>(`return ${expression}`);
  return {
    open: (url) => driver.get(url),
    evaluate,
    waitFor: async (expression) => void (await driver.wait(() => evaluate<boolean>(expression), SLOW_MACHINE_MS)),
    click: (x, y) => driver.actions().move({ x, y }).click().perform(),
    takeScreenshot: async () => Buffer.from(await driver.takeScreenshot(), 'base64'),
    close: () => webkit.close(),
  };
}

const describeWithWebkit: jest.Describe = findMissingWebkitPrograms().length > 0 ? describe.skip : describe;

/** Browsers with an engine of their own, each with a `describe` that is skipped where it is not installed. */
export const BROWSER_WINDOWS = [
  { browser: 'Chromium', openWindow: async () => openIn(await launchBrowser()), describeIfInstalled: describeWithChromium },
  { browser: 'Firefox', openWindow: async () => openIn(await launchFirefox()), describeIfInstalled: describeWithFirefox },
  { browser: 'WebKitGTK', openWindow: openWebkit, describeIfInstalled: describeWithWebkit },
] as const;
