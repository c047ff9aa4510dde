import { common } from './jest.config.js';

/** Tests that need minutes by nature; CI runs them last. */
export default {
  ...common,
  testMatch: ['<rootDir>/test/endurance/**/*.test.ts'],
  setupFilesAfterEnv: ['<rootDir>/test/support/whole-timeout.ts'],
};
