/** Bytes that are read at once. */
export const WINDOW_BYTES = 1024 * 1024;
/** Number of blocks that may be read for one window, itself included: 2 MiB. */
export const MAX_BLOCKS_PER_WINDOW = 8;
/** Frames of one window after which no more are read: ten seconds at 60 per second. */
export const MAX_FRAMES_PER_WINDOW = 600;

/**
 * Returns where to read the frames of a long file: at its start, in the middle and at the end, since a recording of a screen
 * may stand still for long. A small file is read as one.
 */
export function windowOffsets(start: number, size: number): readonly number[] {
  if (size - start <= 3 * WINDOW_BYTES) return [start];
  return [start, start + Math.floor((size - start) / 2), size - WINDOW_BYTES];
}
