import { chromiumPath } from './browser.ts';

/** `describe`, skipped where Chromium is not installed; in CI the start of the shared cloud fails instead. */
export const describeWithChromium: jest.Describe = chromiumPath() === undefined ? describe.skip : describe;
