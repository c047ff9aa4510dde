import { parseConfig } from '../../../lib/config/parse-config.ts';

test('defaults to dev: a single writer that pauses, no deletion protection, data retained', () => {
  expect(parseConfig({})).toMatchObject({
    stage: 'dev',
    stackPrefix: 'Sluice',
    retention: 'retain',
    deletionProtection: false,
    catalog: { minCapacity: 0, reader: false },
    ladder: { maxShortSide: 1080 },
    pipeline: { jobDeadlineMinutes: 30, retryPauseSeconds: 60 },
  });
});

test('prod has a reader, never pauses and is protected from deletion', () => {
  const { catalog, deletionProtection, retention } = parseConfig({ stage: 'prod' });
  expect(catalog.reader).toBe(true);
  expect(catalog.minCapacity).toBeGreaterThan(0);
  expect({ deletionProtection, retention }).toEqual({ deletionProtection: true, retention: 'retain' });
});

test('a single setting leaves the other values of the preset unchanged', () => {
  const { catalog } = parseConfig({ stage: 'prod', catalog: { maxCapacity: 64 } });
  expect(catalog).toEqual({ ...parseConfig({ stage: 'prod' }).catalog, maxCapacity: 64 });
});

test.each([
  [{ stgae: 'prod' }, /stgae: unknown key; known keys: stage, .*stackPrefix/],
  [{ catalog: { maxCapacty: 8 } }, /catalog\.maxCapacty: unknown key; known keys: .*minCapacity, maxCapacity/],
  [{ edge: { domain: { kind: 'cloudfront', name: 'a.example' } } }, /edge\.domain\.name: unknown key; .*: kind/],
  [{ stage: 'staging' }, /stage: .*"dev"\|"prod"/],
  [{ ladder: { maxShortSide: 'high' } }, /from -c .*\n  ladder\.maxShortSide: expected number, but got "high"$/],
  [{ ladder: { maxShortSide: 4320 } }, /ladder\.maxShortSide: /],
  [{ encode: { queue: 'dedicated' } }, /encode\.concurrentJobs: is required for a dedicated queue/],
  [{ encode: { concurrentJobs: 4 } }, /encode\.concurrentJobs: applies only to `encode\.queue=dedicated`/],
  [{ encode: { maxPriceUsd: -1 } }, /encode\.maxPriceUsd: .*>=0, but got -1/],
  [{ encode: { maxPriceUsdPerDay: 0.001 } }, /encode\.maxPriceUsdPerDay: .*multiple of 0\.01/],
  [{ encode: { maxPriceUsdPerDay: 'none' } }, /encode\.maxPriceUsdPerDay: expected number, but got "none"/],
  [{ encode: { queue: 'own' } }, /encode\.queue: .*"default"\|"dedicated"/],
  [{ pipeline: { jobDeadlineMinutes: 0 } }, /pipeline\.jobDeadlineMinutes: /],
  [{ pipeline: { retryPauseSeconds: 0 } }, /pipeline\.retryPauseSeconds: /],
  [{ logRetentionDays: 10 }, /logRetentionDays: /],
  [{ stackPrefix: 'my-app' }, /stackPrefix: must be up to 11 letters and digits/],
  [{ region: 'virginia' }, /region: must be a region/],
  [{ corsOrigins: ['https://a.example/path'] }, /corsOrigins\.0: must be/],
  [{ uploadOrigins: ['a.example'] }, /uploadOrigins\.0: must be/],
  [{ catalog: { minCapacity: 4, maxCapacity: 2 } }, /catalog\.minCapacity: must not exceed catalog\.maxCapacity/],
  [{ signingKeys: { generations: [1], current: 2 } }, /signingKeys\.current: must be one of/],
  [{ signingKeys: { generations: [1, 1] } }, /signingKeys\.generations: must not repeat a generation/],
  [{ edge: { domain: { kind: 'custom', name: 'v.example.com' } } }, /edge\.domain\.certificateArn: /],
  [{ accounts: { domainPrefix: 'my-aws-videos' } }, /accounts\.domainPrefix: must be lowercase letters/],
  [{ stackPrefix: 'SchoolAws' }, /accounts\.domainPrefix: is required/],
  [{ api: { rateLimit: 0 } }, /api\.rateLimit: /],
  [{ stage: 'prod', retention: 'destroy' }, /retention: cannot be `destroy` while deletionProtection is true/],
])('rejects %j and names the key', (settings, message) => {
  expect(() => parseConfig(settings)).toThrow(message);
});

test('names all wrong keys at once', () => {
  expect(() => parseConfig({ retention: 'keep', catalog: { backupDays: 0 } })).toThrow(
    /retention: .*\n.*catalog\.backupDays: /,
  );
});
