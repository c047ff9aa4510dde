import { common } from './jest.config.js';

/** What takes minutes of waiting by its nature; continuous integration runs it after everything else. */
export default {
  ...common,
  testMatch: ['<rootDir>/test/endurance/**/*.test.ts'],
  setupFilesAfterEnv: ['<rootDir>/test/support/whole-timeout.ts'],
};
