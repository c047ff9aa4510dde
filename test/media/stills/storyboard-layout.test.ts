import { rational } from '../../../media/rational.ts';
import { planStoryboard } from '../../../media/stills/storyboard-layout.ts';

test.each([
  [0.04, 1, 1, 2],
  [1, 1, 1, 2],
  [30, 1, 5, 6],
  [600, 3, 5, 6],
  [3600, 20, 5, 6],
  [36_000, 180, 5, 6],
])('plans the storyboard of %s s: one thumbnail every %s s, %s by %s', (duration, intervalSeconds, columns, rows) => {
  const layout = planStoryboard({ width: 1920, height: 1080 }, duration, rational(25));
  expect(layout).toEqual({ intervalSeconds, thumbnail: { width: 240, height: 136 }, columns, rows });
});

test('keeps within the limits of tiled images at any aspect ratio', () => {
  for (const size of [{ width: 64, height: 4000 }, { width: 4000, height: 64 }, { width: 1080, height: 1920 }]) {
    const { thumbnail, columns, rows } = planStoryboard(size, 600, rational(25));
    expect([thumbnail.width % 8, thumbnail.height % 2, rows % 2]).toEqual([0, 0, 0]);
    expect(Math.max(thumbnail.width * columns, thumbnail.height * rows)).toBeLessThanOrEqual(1440);
  }
});

test.each([
  ['30000/1001', 120, 1.001],
  ['15/2', 120, 16 / 15],
  ['5/2', 120, 1.2],
  ['1/2', 120, 2],
])('plans an interval of whole frames at %s per second', (rate, duration, intervalSeconds) => {
  const [numerator, denominator] = rate.split('/').map(Number);
  const layout = planStoryboard({ width: 320, height: 180 }, duration, rational(numerator ?? 0, denominator));
  expect(layout.intervalSeconds).toBeCloseTo(intervalSeconds, 6);
});
