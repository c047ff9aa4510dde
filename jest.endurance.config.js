import { common } from './jest.config.js';

/** Tests that need minutes by nature; CI runs them last. */
export default {
  ...common,
  globalSetup: '<rootDir>/test/support/prepare-tools.ts',
  testMatch: ['<rootDir>/test/endurance/**/*.test.ts'],
  setupFilesAfterEnv: ['<rootDir>/test/support/whole-timeout.ts'],
};
