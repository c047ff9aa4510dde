import { IndexReader } from '../../../../media/packaging/index/index-reader.ts';
import { IndexWriter } from '../../../../media/packaging/index/index-writer.ts';
import { readSamplePage, type SamplePage, writeSamplePage } from '../../../../media/packaging/index/sample-page.ts';

function page(keys: readonly number[], offsets: readonly number[]): SamplePage {
  return {
    count: 4,
    offsets: Float64Array.from(offsets),
    sizes: Uint32Array.from([100, 20, 0, 30]),
    durations: Uint32Array.from([512, 512, 512, 1024]),
    compositionOffsets: Uint32Array.from([1024, 2048, 0, 512]),
    keys: Uint8Array.from(keys),
  };
}

test.each([
  ['one key frame in one chunk', page([1, 0, 0, 0], [1000, 1100, 1120, 1120])],
  ['key frames only', page([1, 1, 1, 1], [1000, 1100, 1120, 1120])],
  ['several key frames', page([1, 0, 1, 0], [1000, 1100, 1120, 1120])],
  ['chunks far apart, the later one before the others', page([1, 0, 0, 0], [2 ** 40, 2 ** 40 + 100, 5, 2 ** 41])],
])('reads a page of %s back as written', (_name, written) => {
  const writer = new IndexWriter();
  writeSamplePage(writer, written);
  expect(readSamplePage(new IndexReader(writer.bytes()), 4, written.offsets[0] ?? 0)).toEqual(written);
});
