import { type PricedOutput, priceOutputs } from '../../pricing/price-outputs.ts';

const hd: PricedOutput = { width: 1920, height: 1080, framesPerSecond: 25, durationMs: 3_600_000, tier: 'basic' };

test('prices an hour of 1080p, 720p and two smaller renditions by the price list', () => {
  const sizes = [[1920, 1080], [1280, 720], [854, 480], [640, 360]] as const;
  const ladder = sizes.map(([width, height]) => ({ ...hd, width, height }));
  expect(priceOutputs(ladder)).toEqual({ usd: '2.700000', tier: 'basic' });
  expect(priceOutputs([{ ...hd, tier: 'professional' }])).toEqual({ usd: '1.440000', tier: 'professional' });
});

test.each([
  ['720 lines as HD', { width: 1280, height: 720 }, '0.900000'],
  ['719 lines as SD', { width: 1278, height: 719 }, '0.450000'],
  ['more than 1080 lines as 4K', { width: 2560, height: 1440 }, '1.800000'],
  ['a wide picture by its width', { width: 1280, height: 534 }, '0.900000'],
  ['portrait like landscape', { width: 1080, height: 1920 }, '0.900000'],
  ['exactly 30 frames a second like fewer', { framesPerSecond: 30 }, '0.900000'],
  ['more than 30 frames a second twice', { framesPerSecond: 60_000 / 1001 }, '1.800000'],
  ['a second that has begun in full', { durationMs: 3_599_001 }, '0.900000'],
  ['short outputs as ten seconds', { durationMs: 40 }, '0.002500'],
  ['multi-pass HQ of the professional tier as AWS estimates it', { tier: 'professional', quality: 'MULTI_PASS_HQ' }, '2.520000'],
] as const)('prices %s', (_what, differing, usd) => {
  expect(priceOutputs([{ ...hd, ...differing }]).usd).toBe(usd);
});
