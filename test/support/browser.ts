import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, firefox, type Browser, type Page } from 'playwright-core';

/** Values of preferences of Firefox, as in `about:config`. */
export type FirefoxPreferences = Readonly<Record<string, string | number | boolean>>;

/** Time in milliseconds after which a start, navigation or wait of a browser fails: a busy machine needs many times as long as an idle one. */
export const SLOW_MACHINE_MS = 120_000;

function findProgram(names: readonly string[]): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  return directories.flatMap((directory) => names.map((name) => join(directory, name))).find((path) => existsSync(path));
}

/** Returns the path of Chromium: `CHROMIUM_PATH`, or the first on the PATH. */
export function chromiumPath(): string | undefined {
  return process.env['CHROMIUM_PATH'] ?? findProgram(['chromium', 'chromium-browser', 'google-chrome']);
}

/** Returns the path of Firefox: `FIREFOX_PATH`, or the first on the PATH. */
export function firefoxPath(): string | undefined {
  return process.env['FIREFOX_PATH'] ?? findProgram(['firefox-esr', 'firefox']);
}

/** Launches a headless Chromium that may play without a gesture and makes no requests of its own. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath() ?? 'chromium',
    timeout: SLOW_MACHINE_MS,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

/**
 * Launches the system's headless Firefox, which is controlled by WebDriver BiDi. It may play without a gesture and
 * reduces motion.
 */
export function launchFirefox(preferences: FirefoxPreferences = {}): Promise<Browser> {
  return firefox.launch({
    // Selects WebDriver BiDi instead of the protocol of Playwright's own Firefox.
    channel: 'moz-firefox',
    executablePath: firefoxPath() ?? 'firefox',
    timeout: SLOW_MACHINE_MS,
    firefoxUserPrefs: { 'media.autoplay.default': 0, 'ui.prefersReducedMotion': 1, ...preferences },
  });
}

/** Opens a page that waits as long as a busy machine needs. */
export async function openPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(SLOW_MACHINE_MS);
  return page;
}
