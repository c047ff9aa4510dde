import { modelScale, type Scale } from '../../pricing/model-scale.ts';
import { priceOfVolume } from '../../pricing/price-steps.ts';

const SCALE: Scale = {
  viewersPerDay: 5_000_000,
  videosPerViewer: 5,
  uploadsPerDay: 500_000,
  megabytes: 300,
  minutes: 10,
  watched: 1,
  popularUploads: 0.05,
  popularViews: 0.9,
};
/** Renditions of half the source's 4 Mbit/s. */
const LADDER = { usdPerMinute: 0.045, storedBps: 4_000_000, deliveredBps: 2_000_000 };

test('the first estimate of the design is 150 TB of uploads and 150,000 USD of delivery a day', () => {
  const { uploadedGb, estimate } = modelScale(SCALE, LADDER);
  expect(uploadedGb).toBe(150_000);
  expect(estimate).toEqual({ deliveredGb: 7_500_000, deliveryUsd: 150_000, encodeUsd: 0 });
});

test('each part of a volume has the price of its step', () => {
  const steps = [{ upToGb: 10, usd: 3 }, { upToGb: 20, usd: 2 }, { upToGb: Infinity, usd: 1 }];
  expect([0, 10, 15, 25].map((gigabytes) => priceOfVolume(gigabytes, steps))).toEqual([0, 30, 40, 55]);
});

test('a ladder halves delivery and costs an encode for every upload, on demand for popular ones only', () => {
  const { encodedAll, encodedOnDemand } = modelScale(SCALE, LADDER);
  expect(encodedAll).toMatchObject({ deliveredGb: 3_750_000, encodeUsd: 225_000 });
  expect(encodedOnDemand).toMatchObject({ deliveredGb: 4_125_000, encodeUsd: 11_250 });
});

test('an encode pays off after the views whose savings equal its price', () => {
  expect(modelScale(SCALE, LADDER).worthwhileViews).toBe(150);
  expect(modelScale(SCALE, { ...LADDER, deliveredBps: 4_000_000 }).worthwhileViews).toBeUndefined();
});

test('the cheapest plan that holds both bytes and requests is named, and none beyond the last', () => {
  const planOf = (scale: Partial<Scale>) => modelScale({ ...SCALE, ...scale }, LADDER).plan?.usdMonth;
  expect(planOf({ viewersPerDay: 100 })).toBe(15);
  expect(planOf({ viewersPerDay: 1000 })).toBe(200);
  expect(planOf({ viewersPerDay: 10_000, videosPerViewer: 10, watched: 0.1 })).toBe(200);
  expect(planOf({})).toBeUndefined();
});
