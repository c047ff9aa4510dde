import type { Config } from './config.ts';

/** What both stages share. */
const COMMON = {
  stackPrefix: 'Sluice',
  retention: 'retain',
  corsOrigins: ['*'],
  ladder: { maxShortSide: 1080 },
  pipeline: { jobDeadlineMinutes: 30 },
  accounts: { selfSignUp: false },
  signingKeys: { generations: [1], current: 1 },
} as const;

/**
 * A value for every key, by stage. `dev` costs next to nothing at rest; `prod` survives the loss
 * of a zone and a mistaken deletion.
 */
export const PRESETS: Readonly<Record<Config['stage'], Omit<Config, 'stage'>>> = {
  dev: {
    ...COMMON,
    corsOrigins: [...COMMON.corsOrigins],
    uploadOrigins: [],
    signingKeys: { generations: [1], current: 1 },
    deletionProtection: false,
    logRetentionDays: 14,
    catalog: { minCapacity: 0, maxCapacity: 2, reader: false, backupDays: 1 },
    api: { rateLimit: 500, burst: 1000 },
    edge: { priceClass: '100', domain: { kind: 'cloudfront' } },
  },
  prod: {
    ...COMMON,
    corsOrigins: [...COMMON.corsOrigins],
    uploadOrigins: [],
    signingKeys: { generations: [1], current: 1 },
    deletionProtection: true,
    logRetentionDays: 90,
    catalog: { minCapacity: 0.5, maxCapacity: 16, reader: true, backupDays: 14 },
    api: { rateLimit: 2000, burst: 4000 },
    edge: { priceClass: 'all', domain: { kind: 'cloudfront' } },
  },
};
