import { PackagingError } from '../packaging-error.ts';
import type { IndexReader } from './index-reader.ts';
import type { IndexWriter } from './index-writer.ts';

const MAX_WIDTH = 32;

/**
 * Writes 32-bit numbers as their lowest value, the common divisor of the differences from it, and the quotients in as few bits
 * as the largest needs: equal numbers take none, composition offsets of a constant frame rate two to four.
 */
export function writePackedColumn(writer: IndexWriter, values: Uint32Array): void {
  let [lowest, divisor, highest] = [values[0] ?? 0, 0, 0];
  for (const value of values) lowest = Math.min(lowest, value);
  for (const value of values) {
    const difference = value - lowest;
    highest = Math.max(highest, difference);
    if (divisor !== 1) divisor = commonDivisor(difference, divisor);
  }
  const step = Math.max(1, divisor);
  const width = highest === 0 ? 0 : Math.floor(Math.log2(highest / step)) + 1;
  writer.unsigned(lowest);
  writer.unsigned(step);
  writer.u8(width);
  if (width === 0) return;
  let [pending, bits] = [0, 0];
  for (const value of values) {
    const quotient = (value - lowest) / step;
    for (let left = width; left > 0; ) {
      const taken = Math.min(8 - bits, left);
      pending = (pending << taken) | (Math.floor(quotient / 2 ** (left - taken)) & ((1 << taken) - 1));
      [bits, left] = [bits + taken, left - taken];
      if (bits < 8) continue;
      writer.u8(pending);
      [pending, bits] = [0, 0];
    }
  }
  if (bits > 0) writer.u8(pending << (8 - bits));
}

/** Reads what `writePackedColumn` wrote. @throws PackagingError `index_damaged` */
export function readPackedColumn(reader: IndexReader, count: number): Uint32Array {
  const [lowest, step, width] = [reader.unsigned(), reader.unsigned(), reader.u8()];
  if (width > MAX_WIDTH) throw new PackagingError('index_damaged', `A column of the index has ${width} bits.`);
  const values = new Uint32Array(count);
  if (width === 0) return values.fill(lowest);
  const { bytes } = reader;
  let at = reader.skip(Math.ceil((count * width) / 8));
  let [current, available] = [0, 0];
  for (let index = 0; index < count; index += 1) {
    let [quotient, left] = [0, width];
    while (left > 0) {
      if (available === 0) {
        current = bytes[at] ?? 0;
        at += 1;
        available = 8;
      }
      const taken = left < available ? left : available;
      available -= taken;
      left -= taken;
      quotient = quotient * (1 << taken) + ((current >> available) & ((1 << taken) - 1));
    }
    values[index] = lowest + quotient * step;
  }
  return values;
}

function commonDivisor(a: number, b: number): number {
  let [larger, smaller] = [a, b];
  while (smaller !== 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
