import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Builder, Capabilities, type WebDriver } from 'selenium-webdriver';
import { findFreePortPair } from '../laptop-cloud.ts';

/** WebKitGTK's MiniBrowser on a virtual display, controlled by WebDriver. */
export interface WebkitWindow {
  readonly driver: WebDriver;
  close(): Promise<void>;
}

const PROGRAMS = ['WebKitWebDriver', 'Xvfb'];

function findMiniBrowser(): string | undefined {
  return globSync('/usr/lib/*/webkit2gtk-4.*/MiniBrowser')[0];
}

/** Returns the programs of WebKitGTK that are not installed. */
export function findMissingWebkitPrograms(): string[] {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  const missing = PROGRAMS.filter((name) => !directories.some((directory) => existsSync(join(directory, name))));
  return findMiniBrowser() === undefined ? [...missing, 'MiniBrowser'] : missing;
}

/** Starts a virtual display of 1400×1000 pixels, and returns its name. */
async function startDisplay(): Promise<{ readonly name: string; readonly server: ChildProcess }> {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  // Written once the server accepts connections.
  const [number] = (await once(createInterface({ input: server.stdio[3] as Readable }), 'line')) as [string];
  return { name: `:${number}`, server };
}

async function waitForDriver(url: string): Promise<void> {
  for (;;) {
    const ready = await fetch(`${url}/status`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function launchWebkit(): Promise<WebkitWindow> {
  const port = await findFreePortPair();
  const display = await startDisplay();
  const service = spawn('WebKitWebDriver', [`--port=${port}`], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DISPLAY: display.name,
      LANG: 'en_GB.UTF-8',
      // Desktop services that a session bus would start outlive the browser.
      DBUS_SESSION_BUS_ADDRESS: 'disabled:',
      // The sandbox needs privileges that containers do not have.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    },
  });
  const url = `http://127.0.0.1:${port}`;
  await waitForDriver(url);
  const capabilities = new Capabilities({
    browserName: 'MiniBrowser',
    'webkitgtk:browserOptions': { binary: findMiniBrowser(), args: ['--automation'] },
  });
  const driver = await new Builder().usingServer(url).withCapabilities(capabilities).build();
  await driver.manage().window().setRect({ x: 0, y: 0, width: 1280, height: 960 });
  return {
    driver,
    close: async () => {
      await driver.quit();
      service.kill();
      display.server.kill();
    },
  };
}
