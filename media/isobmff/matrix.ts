import type { PictureMatrix } from '../orientation.ts';
import { u32 } from '../byte-writer.ts';
import type { ByteReader } from './byte-reader.ts';

export const IDENTITY: PictureMatrix = { a: 1, b: 0, c: 0, d: 1 };

/**
 * Reads the matrix {a b u, c d v, x y w} of a movie or track header, with numbers in 16.16 or, for u, v and w, in 2.30: ISO/IEC
 * 14496-12:2022, 6.2.2. Ignores the translation.
 *
 * @returns the identity for the zeros of some files, which every player shows as stored
 */
export function readMatrix(reader: ByteReader): PictureMatrix {
  const [a = 0, b = 0, , c = 0, d = 0] = Array.from({ length: 9 }, () => reader.i32() / 0x1_0000);
  return a === 0 && b === 0 && c === 0 && d === 0 ? IDENTITY : { a, b, c, d };
}

/** Writes the identity, by which a picture is shown as it is stored: ISO/IEC 14496-12:2022, 6.2.2. */
export function writeIdentityMatrix(): Uint8Array {
  return u32(0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000);
}
