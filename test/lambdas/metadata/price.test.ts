import { encodePriceUsd } from '../../../lambdas/metadata/price.ts';

const hd = { width: 1920, height: 1080, frameRate: 25, durationMs: 3_600_000 };

test('prices an hour of 1080p, 720p and two smaller renditions by the price list', () => {
  const ladder = [
    hd,
    { ...hd, width: 1280, height: 720 },
    { ...hd, width: 854, height: 480 },
    { ...hd, width: 640, height: 360 },
  ];
  expect(encodePriceUsd(ladder, 'basic')).toBe('2.700000');
  expect(encodePriceUsd([hd], 'professional')).toBe('1.440000');
});

test('prices portrait like landscape, and short outputs as ten seconds', () => {
  expect(encodePriceUsd([{ ...hd, width: 1080, height: 1920 }], 'basic')).toBe(encodePriceUsd([hd], 'basic'));
  expect(encodePriceUsd([{ ...hd, durationMs: 40 }], 'basic')).toBe(
    encodePriceUsd([{ ...hd, durationMs: 10_000 }], 'basic'),
  );
});
