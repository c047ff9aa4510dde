import type { Config } from './config.ts';

/** Values that both stages share. */
const COMMON = {
  stackPrefix: 'Sluice',
  retention: 'retain',
  corsOrigins: ['*'],
  ladder: { maxShortSide: 1080 },
  pipeline: { jobDeadlineMinutes: 30, retryPauseSeconds: 60 },
  // With the dead letters of three queues, two each, they add up to 40.
  concurrency: { transcode: 6, step: 4, completion: 4, removal: 6, withdrawal: 6, reserved: {} },
  delivery: { supersededGraceMinutes: 1440, afterGrace: 'delete', staleOnErrorMinutes: 60 },
  uploadOrigins: [],
  accounts: { selfSignUp: false },
  signingKeys: { generations: [1], current: 1 },
  originSecrets: { generations: [1], current: 1 },
} satisfies Partial<Config>;

const OPERATIONS = { runbook: 'docs/runbook.md', unfinishedMinutes: 240, reconcile: 'daily' } satisfies Partial<Config['operations']>;

/**
 * Values of every required key, by stage. `dev` costs next to nothing when idle; `prod` survives the loss of a zone and
 * an accidental deletion.
 */
export const PRESETS: Readonly<Record<Config['stage'], Omit<Config, 'stage'>>> = {
  dev: {
    ...COMMON,
    deletionProtection: false,
    logRetentionDays: 14,
    // The longest first video passes: nine hours of 1080p at 60 frames a second. A mistake costs 100 USD a day at most.
    encode: { queue: 'default', maxPriceUsd: 50, maxPriceUsdPerDay: 100 },
    catalog: { engineVersion: '17.7', minCapacity: 0, maxCapacity: 2, reader: false, backupDays: 1 },
    api: { rateLimit: 500, burst: 1000 },
    operations: { ...OPERATIONS, alarms: 'few' },
    edge: { priceClass: '100', domain: { kind: 'cloudfront' } },
  },
  prod: {
    ...COMMON,
    deletionProtection: true,
    logRetentionDays: 90,
    // Some 370 hours of 1080p at up to 30 frames a second on one day.
    encode: { queue: 'default', maxPriceUsd: 100, maxPriceUsdPerDay: 1000 },
    catalog: { engineVersion: '17.7', minCapacity: 0.5, maxCapacity: 16, reader: true, backupDays: 14 },
    api: { rateLimit: 2000, burst: 4000 },
    operations: { ...OPERATIONS, alarms: 'all' },
    edge: { priceClass: 'all', domain: { kind: 'cloudfront' } },
  },
};
