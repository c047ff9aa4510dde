/** Number of zero bytes that no unit of H.264 or H.265 contains, nor the lengths between units. */
const ZERO_RUN = Buffer.alloc(64);

/**
 * Returns whether a frame of H.264 or H.265 has an overwritten part: the standards forbid even three zero bytes within a
 * unit. ISO/IEC 14496-10 and 23008-2, 7.4.1.
 */
export function hasZeroRun(frame: Uint8Array): boolean {
  return Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).includes(ZERO_RUN);
}
