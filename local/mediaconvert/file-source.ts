import type { FileHandle } from 'node:fs/promises';
import type { ByteSource } from '../../media/byte-source.ts';

/** Reads an open file. @param size its size, bytes */
export function fileSource(file: FileHandle, size: number): ByteSource {
  return {
    size,
    read: async (offset, length) => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    },
  };
}
