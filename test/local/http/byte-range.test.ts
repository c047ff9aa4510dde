import { parseRange } from '../../../local/http/byte-range.ts';

test.each([
  ['bytes=0-1', { start: 0, end: 1 }],
  ['bytes=2-', { start: 2, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=8-20', { start: 8, end: 9 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=5-2', undefined],
  ['bytes=-', undefined],
  ['bytes=0-1,4-5', undefined],
  ['items=0-1', undefined],
])('reads %s of ten bytes', (header, range) => {
  expect(parseRange(header, 10)).toEqual(range);
});

test('ignores a range with spaces unless the syntax is lenient', () => {
  expect(parseRange('bytes = 0 - 1', 10)).toBeUndefined();
  expect(parseRange('bytes = 0 - 1', 10, 'lenient')).toEqual({ start: 0, end: 1 });
});
