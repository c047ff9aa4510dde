/** Bytes of a source to read in one request. */
export interface ByteRange {
  /** Bytes from the start of the source. */
  readonly offset: number;
  readonly length: number;
}

/** Bytes between two ranges up to which one request for both is better: sound between pictures, or the reverse. */
export const JOIN_GAP_BYTES = 512 * 1024;

/** Joins ranges that overlap, or are no further apart than `gapBytes`. @returns ranges in the order of the source */
export function joinRanges(ranges: readonly ByteRange[], gapBytes = JOIN_GAP_BYTES): readonly ByteRange[] {
  const joined: ByteRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.offset - b.offset)) {
    const last = joined.at(-1);
    const end = last === undefined ? -Infinity : last.offset + last.length;
    if (last === undefined || range.offset > end + gapBytes) joined.push(range);
    else joined[joined.length - 1] = { offset: last.offset, length: Math.max(end, range.offset + range.length) - last.offset };
  }
  return joined;
}

/** Returns the part of the bytes that were read for `ranges` at an offset of the source. Copies nothing. */
export function bytesAt(
  ranges: readonly ByteRange[],
  read: readonly Uint8Array[],
  { offset, length }: ByteRange,
): Uint8Array | undefined {
  const found = ranges.findLastIndex((range) => range.offset <= offset);
  const start = offset - (ranges[found]?.offset ?? 0);
  const bytes = read[found];
  return bytes === undefined || start + length > bytes.length ? undefined : bytes.subarray(start, start + length);
}
