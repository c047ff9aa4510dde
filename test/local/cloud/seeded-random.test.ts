import { seededRandom } from '../../../local/cloud/seeded-random.ts';

function draw(seed: number, purpose: string): number[] {
  const random = seededRandom(seed, purpose);
  return Array.from({ length: 1000 }, random);
}

test('repeats its numbers for the same seed and purpose, and for no other', () => {
  expect(draw(7, 'probe')).toEqual(draw(7, 'probe'));
  expect(draw(7, 'probe')).not.toEqual(draw(8, 'probe'));
  expect(draw(7, 'probe')).not.toEqual(draw(7, 'jobs'));
});

test('spreads its numbers evenly from 0 to below 1', () => {
  const numbers = draw(7, 'probe');
  const inTenths = Array.from({ length: 10 }, (_, tenth) => numbers.filter((number) => Math.floor(number * 10) === tenth).length);
  for (const count of inTenths) expect(Math.abs(count - 100)).toBeLessThan(40);
  expect(inTenths.reduce((sum, count) => sum + count)).toBe(1000);
});
