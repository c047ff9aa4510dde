import type { ByteSource } from '../../../media/byte-source.ts';

/** Bytes of a file that does not exist: `head`, then units that are computed when they are read. */
export interface SparseFile {
  readonly size: number;
  readonly head?: Uint8Array;
  /** Distance from one unit to the next, bytes. @default 1 MiB */
  readonly unitBytes?: number;
  /** Returns the beginning of a unit, by its number. @default none */
  unitAt?(index: number): Uint8Array;
  /** Bytes that repeat wherever there is neither head nor unit. @default zeros */
  readonly filler?: Uint8Array;
  readonly tail?: Uint8Array;
}

/** A source that counts what is read of it. */
export interface CountedSource extends ByteSource {
  readonly counted: { reads: number; bytes: number };
}

/** Returns a source for a file of any size that takes no memory. */
export function sparseSource(file: SparseFile): CountedSource {
  const { size, head = new Uint8Array(), unitBytes = 1024 * 1024, filler = Uint8Array.of(0), tail = new Uint8Array() } = file;
  const counted = { reads: 0, bytes: 0 };
  const read = (offset: number, length: number): Promise<Uint8Array> => {
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
    counted.reads += 1;
    counted.bytes += bytes.length;
    const put = (content: Uint8Array, at: number): void => {
      const from = Math.max(0, offset - at);
      if (at + from - offset < bytes.length && from < content.length) bytes.set(content.subarray(from, from + bytes.length - (at + from - offset)), at + from - offset);
    };
    const phase = (((offset - head.length) % filler.length) + filler.length) % filler.length;
    bytes.fill(Buffer.concat([filler.subarray(phase), filler.subarray(0, phase)]));
    const first = Math.max(0, Math.floor((offset - head.length) / unitBytes));
    if (file.unitAt !== undefined) {
      for (let unit = first; head.length + unit * unitBytes < offset + bytes.length; unit += 1) put(file.unitAt(unit), head.length + unit * unitBytes);
    }
    put(head, 0);
    put(tail, size - tail.length);
    return Promise.resolve(bytes);
  };
  return { size, read, counted };
}
