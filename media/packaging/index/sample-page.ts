import { PackagingError } from '../packaging-error.ts';
import type { IndexReader } from './index-reader.ts';
import type { IndexWriter } from './index-writer.ts';
import { readPackedColumn, writePackedColumn } from './packed-column.ts';

/** Samples that follow each other in decoding order, one typed array for each property. */
export interface SamplePage {
  readonly count: number;
  /** Offsets in the file, bytes. */
  readonly offsets: Float64Array;
  /** Bytes. */
  readonly sizes: Uint32Array;
  /** Ticks. */
  readonly durations: Uint32Array;
  /** Ticks. */
  readonly compositionOffsets: Uint32Array;
  /** 1 for a key frame, else 0. */
  readonly keys: Uint8Array;
}

/** Which samples of a page are key frames; a page begins with one. */
const [FIRST_IS_KEY, ALL_ARE_KEYS, LISTED_KEYS] = [0, 1, 2];

/** Writes a page. Its first sample's offset in the file stands elsewhere. */
export function writeSamplePage(writer: IndexWriter, page: SamplePage): void {
  const { count, offsets, sizes, keys } = page;
  writePackedColumn(writer, sizes);
  writePackedColumn(writer, page.durations);
  writePackedColumn(writer, page.compositionOffsets);
  const keyNumbers: number[] = [];
  const jumps: (readonly [number, number])[] = [];
  for (let sample = 0; sample < count; sample += 1) {
    if (keys[sample] === 1) keyNumbers.push(sample);
    const gap = sample === 0 ? 0 : (offsets[sample] ?? 0) - (offsets[sample - 1] ?? 0) - (sizes[sample - 1] ?? 0);
    if (gap !== 0) jumps.push([sample, gap]);
  }
  writeKeys(writer, keyNumbers, count);
  writer.unsigned(jumps.length);
  let earlier = 0;
  for (const [sample, gap] of jumps) {
    writer.unsigned(sample - earlier);
    writer.signed(gap);
    earlier = sample;
  }
}

function writeKeys(writer: IndexWriter, numbers: readonly number[], count: number): void {
  if (numbers.length === count && count > 1) return writer.u8(ALL_ARE_KEYS);
  if (numbers.length === 1) return writer.u8(FIRST_IS_KEY);
  writer.u8(LISTED_KEYS);
  writer.unsigned(numbers.length);
  let earlier = 0;
  for (const number of numbers) {
    writer.unsigned(number - earlier);
    earlier = number;
  }
}

/**
 * Reads what `writeSamplePage` wrote.
 *
 * @param firstOffset offset of the first sample in the file, bytes
 * @throws PackagingError `index_damaged`
 */
export function readSamplePage(reader: IndexReader, count: number, firstOffset: number): SamplePage {
  const sizes = readPackedColumn(reader, count);
  const durations = readPackedColumn(reader, count);
  const compositionOffsets = readPackedColumn(reader, count);
  const keys = readKeys(reader, count);
  const offsets = new Float64Array(count);
  let [offset, jumps, sample] = [firstOffset, reader.unsigned(), 0];
  let next = jumps > 0 ? reader.unsigned() : count;
  for (; sample < count; sample += 1) {
    if (sample === next) {
      offset += reader.signed();
      jumps -= 1;
      next = jumps > 0 ? sample + reader.unsigned() : count;
    }
    offsets[sample] = offset;
    offset += sizes[sample] ?? 0;
  }
  return { count, offsets, sizes, durations, compositionOffsets, keys };
}

function readKeys(reader: IndexReader, count: number): Uint8Array {
  const keys = new Uint8Array(count);
  const mode = reader.u8();
  if (mode === ALL_ARE_KEYS) return keys.fill(1);
  if (mode !== FIRST_IS_KEY && mode !== LISTED_KEYS) throw new PackagingError('index_damaged', `A page has the mode ${mode}.`);
  if (mode === FIRST_IS_KEY) keys[0] = 1;
  let number = 0;
  for (let left = mode === LISTED_KEYS ? reader.unsigned() : 0; left > 0; left -= 1) {
    number += reader.unsigned();
    keys[number] = 1;
  }
  return keys;
}
