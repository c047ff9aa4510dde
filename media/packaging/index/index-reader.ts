import { PackagingError } from '../packaging-error.ts';

/** Reads what `IndexWriter` wrote. Throws `PackagingError` `index_damaged` beyond the end. */
export class IndexReader {
  readonly bytes: Uint8Array;
  position: number;

  constructor(bytes: Uint8Array, position = 0) {
    this.bytes = bytes;
    this.position = position;
  }

  u8(): number {
    const byte = this.bytes[this.position];
    if (byte === undefined) throw new PackagingError('index_damaged', 'The index ends within a field.');
    this.position += 1;
    return byte;
  }

  unsigned(): number {
    let [value, scale, byte] = [0, 1, this.u8()];
    while (byte >= 128) {
      value += (byte - 128) * scale;
      scale *= 128;
      byte = this.u8();
    }
    value += byte * scale;
    if (!Number.isSafeInteger(value)) throw new PackagingError('index_damaged', 'The index holds a number beyond 2^53.');
    return value;
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Moves behind bytes. @returns their start */
  skip(length: number): number {
    const start = this.position;
    if (length > this.bytes.length - start) throw new PackagingError('index_damaged', 'The index ends within a column.');
    this.position += length;
    return start;
  }
}
