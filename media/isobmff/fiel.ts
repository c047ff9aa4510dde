import { type LoadedBox, readerOf } from './box-tree.ts';

/** Reads the number of fields per frame, 1 or 2, from QuickTime File Format, "Video sample description extensions", `fiel`. */
export function parseFiel(box: LoadedBox): number {
  return readerOf(box).u8();
}
