import { approximate, bounded, rational } from '../../media/rational.ts';

test.each([
  [29.97, 1e-4, '989/33'],
  [1 / 3, 1e-12, '1/3'],
  [30_000 / 1001, 1e-12, '30000/1001'],
  [25, 1e-12, '25/1'],
])('approximates %d within %d', (value, tolerance, expected) => {
  const { numerator, denominator } = approximate(value, tolerance);
  expect(`${numerator}/${denominator}`).toBe(expected);
});

test.each([Math.PI, 1e-6 + 1 / 7, 59.940_059_94, 123_456_789.987_654_3])('keeps the terms of %d below 2^31', (value) => {
  const { numerator, denominator } = approximate(value, 0);
  expect(Math.max(numerator, denominator)).toBeLessThan(2 ** 31);
  expect(Math.abs(numerator / denominator / value - 1)).toBeLessThan(1e-8);
});

test('bounds a fraction whose terms are too large, and keeps any other', () => {
  const { numerator, denominator } = bounded(rational(2_699_000_000, 90_362_829));
  expect(Math.max(numerator, denominator)).toBeLessThan(2 ** 31);
  expect(numerator / denominator).toBeCloseTo(29.868_476, 6);
  expect(bounded(rational(30_000, 1001))).toEqual(rational(30_000, 1001));
});
