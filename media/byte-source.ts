/** Bytes with random access: an object in a bucket, a file, or a buffer. */
export interface ByteSource {
  /** Length, bytes. */
  readonly size: number;
  /** Reads `length` bytes from `offset`, or fewer if the source ends before. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Counts steps of work on bytes in memory. Throws `SourceBudgetError` beyond the budget of a file that has one. */
  readonly spend?: (steps: number) => void;
}

/** Wraps bytes in memory. */
export function byteSourceOf(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}
