/** Bytes to read at once. */
export const READ_BYTES = 1024 * 1024;
/** Maximum size of a file that is read completely. */
export const MAX_WHOLE_BYTES = 32 * READ_BYTES;
/** Number of parts to read of a larger file. */
const PARTS = 32;

/** A part of a file, bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Returns where to look for parameters that change within a file: everywhere if it has up to 32 MiB, otherwise in 32 evenly
 * spaced parts of 1 MiB, including the first and the last. A change between two parts shows in the later one, unless it was
 * reverted before.
 */
export function parameterRanges(start: number, end: number): readonly ByteRange[] {
  if (end - start <= MAX_WHOLE_BYTES) return [{ start, end }];
  const distance = (end - start - READ_BYTES) / (PARTS - 1);
  return Array.from({ length: PARTS }, (_, part) => {
    const offset = start + Math.floor(part * distance);
    return { start: offset, end: offset + READ_BYTES };
  });
}
