/** Bytes that can be read anywhere: an object in a bucket, a file, or a buffer. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /**
   * At most `length` bytes from `offset`; fewer only where the source ends.
   */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A source over bytes already in memory. */
export function byteSourceOf(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}
