import { firefoxPath } from './browser.ts';

/** `describe`, skipped where Firefox is not installed; in CI the start of the shared cloud fails instead. */
export const describeWithFirefox: jest.Describe = firefoxPath() === undefined ? describe.skip : describe;
