import { open } from 'node:fs/promises';
import type { ByteSource } from '../media/byte-source.ts';

/** A file whose reads are counted. */
export interface FileSource extends ByteSource, AsyncDisposable {
  readonly counts: { reads: number; bytes: number };
  /** Takes back the buffers of all reads, for later reads: fresh memory costs several times what a read from the page cache does. */
  release(): void;
}

/** @param latencyMs time after which a read is answered. @default as soon as the file's bytes are there */
export async function openFileSource(path: string, latencyMs = 0): Promise<FileSource> {
  const file = await open(path);
  const counts = { reads: 0, bytes: 0 };
  const free: Buffer[] = [];
  let lent: Buffer[] = [];
  const take = (length: number): Buffer => {
    const at = free.findIndex((buffer) => buffer.length >= length);
    const [buffer = Buffer.allocUnsafeSlow(length)] = at === -1 ? [] : free.splice(at, 1);
    lent.push(buffer);
    return buffer;
  };
  return {
    size: (await file.stat()).size,
    counts,
    read: async (offset, length) => {
      counts.reads += 1;
      if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
      const { bytesRead, buffer } = await file.read(take(length), 0, length, offset);
      counts.bytes += bytesRead;
      return buffer.subarray(0, bytesRead);
    },
    release: () => {
      free.push(...lent);
      lent = [];
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}
