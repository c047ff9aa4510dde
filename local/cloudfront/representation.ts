import { Readable } from 'node:stream';
import type { ByteRange } from '../http/byte-range.ts';

/**
 * A stream, or chunks read from disk on demand. Each chunk is valid until the next one is requested, so that they can
 * share one buffer.
 */
export type Body = Readable | AsyncGenerator<Buffer, void>;

/** Response before the viewer's conditions and range are applied. */
export interface Representation {
  readonly status: number;
  /** Headers by lower-case name, without `set-cookie` and, if the size is known, without `content-length`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  /** Size of the body; undefined if it is unknown until the end. */
  readonly sizeBytes: number | undefined;
  /** Opens the body, or a range of it if the representation is seekable. The caller reads or destroys it once. */
  open(range?: ByteRange): Body;
  readonly seekable: boolean;
  /** Hard-links the whole body at a path, in a file that may be longer. @returns false if that is impossible */
  readonly link?: ((target: string) => Promise<boolean>) | undefined;
  /** Releases a body that will not be opened. */
  discard(): void;
}

/** Makes a representation of bytes in memory. */
export function makeMemoryRepresentation(
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
