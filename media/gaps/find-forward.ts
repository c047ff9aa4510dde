import type { ByteSource } from '../byte-source.ts';

const WINDOW_BYTES = 1024 * 1024;
/** Length of the first read: damage is often short, and many short ones should not take a large read each. */
const FIRST_BYTES = 16 * 1024;

/**
 * Returns the first offset from `start` at which structure begins again, or undefined if there is none before `end`.
 *
 * @param findIn finds a place in bytes, as an offset in them
 * @param headBytes number of bytes that `findIn` needs to recognize a place
 */
export async function findForward(
  source: ByteSource,
  { start, end, headBytes }: { readonly start: number; readonly end: number; readonly headBytes: number },
  findIn: (bytes: Buffer) => number | undefined,
): Promise<number | undefined> {
  let window = FIRST_BYTES;
  for (let at = start; at < end; at += window) {
    if (at > start) window = WINDOW_BYTES;
    const bytes = await source.read(at, Math.min(window + headBytes, end - at));
    const found = findIn(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (found !== undefined) return at + found;
  }
  return undefined;
}
