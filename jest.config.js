/** Runs the sources as they are: swc only strips types and converts modules to CommonJS. */
export const common = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'commonjs' } },
    ],
    'node_modules/.+\\.js$': ['@swc/jest', { jsc: { target: 'es2024' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['node_modules/(?!(jose|uuid)/)'],
};

/** End-to-end tests, which share one laptop cloud with real footage in it. */
const whole = ['chain', 'pages', 'playback'].map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`);

export default {
  testTimeout: 60_000,
  projects: [
    {
      ...common,
      displayName: 'parts',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['chain', 'endurance', 'pages', 'playback'].map((folder) => `<rootDir>/test/${folder}/`),
    },
    {
      ...common,
      displayName: 'whole',
      testMatch: whole,
      setupFilesAfterEnv: ['<rootDir>/test/support/whole-timeout.ts'],
      globalSetup: '<rootDir>/test/support/start-shared-cloud.ts',
      globalTeardown: '<rootDir>/test/support/stop-shared-cloud.ts',
    },
  ],
};
