import { ByteReader } from './byte-reader.ts';
import { IsobmffError } from './isobmff-error.ts';

/** Position of a box; offsets count from the start of the file or of the buffer. */
export interface Box {
  /** Four-character code. */
  readonly type: string;
  readonly offset: number;
  /** Length of header and content, bytes. */
  readonly size: number;
  readonly headerSize: number;
}

/** Length of a 32-bit size, a type and a 64-bit size. */
export const MAX_HEADER_BYTES = 16;

/**
 * Reads a box header: ISO/IEC 14496-12:2022, 4.2.2. Size 0 means "to the end", size 1 a 64-bit size after the type.
 *
 * @param bytes from the header on; 8 bytes are enough unless the size is 1
 * @param end end of the enclosing box or of the file
 * @returns a box that may reach beyond `end`; what that means is up to the caller
 * @throws IsobmffError `box_too_small`, `field_beyond_box`, `bad_value`
 */
export function parseBoxHeader(bytes: Uint8Array, offset: number, end: number): Box {
  const reader = new ByteReader(bytes, 'header');
  const size32 = reader.u32();
  const type = reader.fourCc();
  const size = size32 === 0 ? end - offset : size32 === 1 ? reader.u64() : size32;
  if (size < reader.position) {
    throw new IsobmffError(
      'box_too_small',
      `Box ${type} at ${offset} claims ${size} bytes, less than its header.`,
      type,
    );
  }
  return { type, offset, size, headerSize: reader.position };
}
