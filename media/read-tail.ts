import type { ByteSource } from './byte-source.ts';

/** End of a source in memory. */
export interface Tail {
  /** The whole source, readable only at its end. */
  readonly source: ByteSource;
  /** Offset from which the source can be read on its own. */
  readonly offset: number;
}

/** Lengths to try: the part from a key frame on may hold seconds of video. */
const TAIL_BYTES = [1, 4, 16, 64].map((mebibytes) => mebibytes * 1024 * 1024);

/**
 * Reads as much of a source's end as it takes to find a place where reading can start.
 *
 * @param findStart finds that place in bytes; the first byte is at the given offset
 * @returns undefined if there is no such place in the last 64 MiB
 */
export async function readTail(
  source: ByteSource,
  findStart: (bytes: Uint8Array, offset: number) => number | undefined,
): Promise<Tail | undefined> {
  for (const length of TAIL_BYTES) {
    const first = Math.max(0, source.size - length);
    const bytes = await source.read(first, source.size - first);
    const at = findStart(bytes, first);
    if (at !== undefined) return { source: suffixOf(source, first, bytes), offset: first + at };
    if (first === 0) return undefined;
  }
  return undefined;
}

function suffixOf(source: ByteSource, first: number, bytes: Uint8Array): ByteSource {
  const spend = (steps: number): void => source.spend?.(steps);
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    spend(1);
    return bytes.subarray(Math.max(0, offset - first), Math.max(0, offset - first + length));
  };
  return { size: source.size, read, spend };
}
