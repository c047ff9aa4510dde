import type { ByteSource } from './byte-source.ts';

const WINDOW_BYTES = 1024 * 1024;

/** Wraps a source that is read sequentially in small parts, so that it is fetched a mebibyte, or another length, at a time. */
export function readAhead(source: ByteSource, windowBytes = WINDOW_BYTES): ByteSource {
  let window: { readonly start: number; readonly bytes: Uint8Array } = { start: 0, bytes: new Uint8Array() };
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const isInside = offset >= window.start && offset + length <= window.start + window.bytes.length;
    if (isInside) source.spend?.(1);
    else window = { start: offset, bytes: await source.read(offset, Math.max(length, windowBytes)) };
    return window.bytes.subarray(offset - window.start, offset - window.start + length);
  };
  return { size: source.size, read, spend: (steps) => source.spend?.(steps) };
}
