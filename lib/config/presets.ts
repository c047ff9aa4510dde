import type { Config } from './config.ts';

/** Values that both stages share. */
const COMMON = {
  stackPrefix: 'Sluice',
  retention: 'retain',
  corsOrigins: ['*'],
  ladder: { maxShortSide: 1080 },
  pipeline: { jobDeadlineMinutes: 30 },
  uploadOrigins: [],
  accounts: { selfSignUp: false },
  signingKeys: { generations: [1], current: 1 },
} satisfies Partial<Config>;

/**
 * Values of every required key, by stage. `dev` costs next to nothing when idle; `prod` survives the loss of a zone and
 * an accidental deletion.
 */
export const PRESETS: Readonly<Record<Config['stage'], Omit<Config, 'stage'>>> = {
  dev: {
    ...COMMON,
    deletionProtection: false,
    logRetentionDays: 14,
    catalog: { minCapacity: 0, maxCapacity: 2, reader: false, backupDays: 1 },
    api: { rateLimit: 500, burst: 1000 },
    edge: { priceClass: '100', domain: { kind: 'cloudfront' } },
  },
  prod: {
    ...COMMON,
    deletionProtection: true,
    logRetentionDays: 90,
    catalog: { minCapacity: 0.5, maxCapacity: 16, reader: true, backupDays: 14 },
    api: { rateLimit: 2000, burst: 4000 },
    edge: { priceClass: 'all', domain: { kind: 'cloudfront' } },
  },
};
