/** Few enough trips through the event loop for a range of a megabyte, and little enough for each viewer that is slow. */
const BUFFER_BYTES = 256 * 1024;
const MAX_IDLE = 32;

const idle: Buffer[] = [];

/**
 * Buffers to read files with, used again and again: memory that is new to the process costs more than the bytes that are
 * read into it. They hold what was read before.
 */
export const readBuffers = {
  take: (): Buffer => idle.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES),
  give: (buffer: Buffer): void => {
    if (idle.length < MAX_IDLE) idle.push(buffer);
  },
};
