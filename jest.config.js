/** Packages that jest must convert to CommonJS like the sources. */
const ES_MODULES = [
  'jose',
  'uuid',
  'string-width',
  'get-east-asian-width',
  'strip-ansi',
  'ansi-regex',
  'supports-hyperlinks',
  'supports-color',
  'has-flag',
];

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
  transformIgnorePatterns: [`node_modules/(?!(${ES_MODULES.join('|')})/)`],
};

/** End-to-end tests, which share one laptop cloud with real footage in it. */
const whole = ['chain', 'pages', 'playback'].map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`);

export default {
  // Only stops a test that hangs: on a busy machine each takes many times as long.
  testTimeout: 300_000,
  testSequencer: '<rootDir>/test/support/longest-first.ts',
  projects: [
    {
      ...common,
      displayName: 'parts',
      setupFiles: ['<rootDir>/test/support/catalog/choose-server.ts'],
      globalSetup: '<rootDir>/test/support/prepare-tools.ts',
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
