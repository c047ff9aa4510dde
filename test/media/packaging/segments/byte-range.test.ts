import { bytesAt, joinRanges } from '../../../../media/packaging/segments/byte-range.ts';

test.each([
  ['that touch', [[0, 10], [10, 5]], 0, [[0, 15]]],
  ['that overlap, in any order', [[8, 10], [0, 10]], 0, [[0, 18]]],
  ['of which one holds the other', [[0, 100], [10, 5]], 0, [[0, 100]]],
  ['as far apart as the gap', [[0, 10], [30, 5]], 20, [[0, 35]]],
  ['further apart not', [[0, 10], [31, 5]], 20, [[0, 10], [31, 5]]],
] as const)('joins ranges %s', (_name, ranges, gap, joined) => {
  const toRange = ([offset, length]: readonly [number, number]) => ({ offset, length });
  expect(joinRanges(ranges.map(toRange), gap)).toEqual(joined.map(toRange));
});

test('finds bytes in what was read, and none beyond it', () => {
  const ranges = [{ offset: 100, length: 4 }, { offset: 200, length: 4 }];
  const read = [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(5, 6)];
  const at = (offset: number, length: number) => bytesAt(ranges, read, { offset, length });
  expect([at(101, 2), at(200, 2), at(200, 3), at(50, 1)]).toEqual([Uint8Array.of(2, 3), Uint8Array.of(5, 6), undefined, undefined]);
});
