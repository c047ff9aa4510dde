import type { Orientation, PictureMatrix } from '../orientation.ts';
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

/**
 * Writes the matrix of an orientation, which moves the picture so that it begins at 0: ISO/IEC 14496-12:2022, 6.2.2.
 *
 * @param size size of the picture before the matrix, pixels
 */
export function writeMatrix({ rotation, mirrored }: Orientation, { width, height }: { readonly width: number; readonly height: number }): Uint8Array {
  const [cosine, sine] = ([[1, 0], [0, 1], [-1, 0], [0, -1]] as const)[rotation / 90] ?? [1, 0];
  const side = mirrored ? -1 : 1;
  const [a, b, c, d] = [side * cosine, sine, side * -sine, cosine];
  const [x, y] = [-Math.min(0, a * width) - Math.min(0, c * height), -Math.min(0, b * width) - Math.min(0, d * height)];
  const values = [a, b, 0, c, d, 0, x, y].map((value) => Math.round(value * 0x1_0000));
  return u32(...values, 0x4000_0000);
}
