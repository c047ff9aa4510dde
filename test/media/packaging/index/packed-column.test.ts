import { IndexReader } from '../../../../media/packaging/index/index-reader.ts';
import { IndexWriter } from '../../../../media/packaging/index/index-writer.ts';
import { readPackedColumn, writePackedColumn } from '../../../../media/packaging/index/packed-column.ts';

function roundTrip(values: readonly number[]) {
  const writer = new IndexWriter();
  writePackedColumn(writer, Uint32Array.from(values));
  const reader = new IndexReader(writer.bytes());
  const read = [...readPackedColumn(reader, values.length)];
  return { read, bytes: writer.length, rest: writer.length - reader.position };
}

test.each([
  ['equal numbers', Array.from({ length: 1000 }, () => 512), 4],
  ['multiples of a step', [0, 512, 2048, 1024, 512, 0, 512, 2048], 7],
  ['two neighbors', [33, 34, 33, 34, 33, 33, 33, 34, 34], 5],
  ['the extremes of 32 bits', [0, 0xffff_ffff, 1, 0x8000_0000, 0x7fff_ffff], 23],
  ['one number', [0xffff_ffff], 7],
])('reads %s back as written', (_name, values, bytes) => {
  expect(roundTrip(values)).toEqual({ read: values, bytes, rest: 0 });
});

test('refuses a column that ends early', () => {
  const writer = new IndexWriter();
  writePackedColumn(writer, Uint32Array.from([1, 500, 70_000]));
  const cut = new IndexReader(writer.bytes().subarray(0, writer.length - 1));
  expect(() => readPackedColumn(cut, 3)).toThrow(expect.objectContaining({ code: 'index_damaged' }));
});
