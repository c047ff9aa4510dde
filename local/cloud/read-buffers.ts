/** Size that reads a megabyte in two turns of the event loop and is small enough for one buffer per slow viewer. */
const BUFFER_BYTES = 512 * 1024;
const MAX_IDLE = 16;

const idle: Buffer[] = [];

/**
 * Pool of buffers for file reads: reading into memory that is new to the process costs more than the read itself. A
 * buffer still contains the bytes of its previous use.
 */
export const readBuffers = {
  take: (): Buffer => idle.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES),
  give: (buffer: Buffer): void => {
    if (idle.length < MAX_IDLE) idle.push(buffer);
  },
};
