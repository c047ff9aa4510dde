import { Readable } from 'node:stream';
import type { ByteRange } from '../http/byte-range.ts';

/**
 * A stream, or bytes that are read from disk as they are taken: each piece holds only until the next one is asked for, so
 * that one buffer does for all.
 */
export type Body = Readable | AsyncGenerator<Buffer, void>;

/** An answer before the viewer's own conditions and ranges are applied to it. */
export interface Representation {
  readonly status: number;
  /** By lower-case name, without `content-length` where the size is known, without `set-cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  /** Undefined while it is not known before the end. */
  readonly sizeBytes: number | undefined;
  /** The body, or a part of it where the representation can be read at any place. To be read or destroyed once. */
  open(range?: ByteRange): Body;
  readonly seekable: boolean;
  /** Releases a body that nobody is going to open. */
  discard(): void;
}

/** Makes a representation of bytes in memory. */
export function memoryRepresentation(
  status: number,
  headers: Readonly<Record<string, string>>,
  bytes: Buffer,
  cookies: readonly string[] = [],
): Representation {
  return {
    status,
    headers,
    cookies,
    sizeBytes: bytes.length,
    seekable: false,
    open: () => Readable.from(bytes.length === 0 ? [] : [bytes]),
    discard: () => undefined,
  };
}
