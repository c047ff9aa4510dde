import { findSustainedRate } from '../../../media/frame-rate/sustained-rate.ts';

/** Lists frames at a rate, in whole milliseconds. */
function frames(rate: number, seconds: number, from = 0): { seconds: number }[] {
  return Array.from({ length: Math.round(rate * seconds) }, (_, index) => ({ seconds: Math.round((from + index / rate) * 1000) / 1000 }));
}

test.each([
  ['a higher rate in the middle', [[...frames(25, 3), ...frames(50, 1.1, 3), ...frames(25, 3, 4.1)]], 50],
  ['a higher rate in another part', [frames(24, 3), frames(60, 2, 100)], 60],
  ['59.94 in milliseconds', [frames(60_000 / 1001, 5)], 60],
  ['no burst', [[...frames(25, 3), ...frames(50, 0.3, 3), ...frames(25, 3, 3.3)]], undefined],
  ['no repeated times', [[...frames(25, 3), ...frames(25, 3)].toSorted((a, b) => a.seconds - b.seconds)], 25],
  ['no overlapping times', [[...frames(25, 3), ...frames(25, 3, 1.02)]], undefined],
  ['no rate of single frames', [[{ seconds: 0 }], [{ seconds: 10 }]], undefined],
])('finds %s', (_name, stretches, expected) => {
  const rate = findSustainedRate(stretches);
  expect(rate && Math.round(rate.numerator / rate.denominator)).toBe(expected);
});
