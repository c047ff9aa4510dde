import { boxesIn, findBox, rootOf } from './box-tree.ts';

/** Matrix {a b u, c d v, x y w} that leaves a picture as it is: ISO/IEC 14496-12:2022, 8.3.2.3. */
const IDENTITY = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/** Bytes to write at an offset. */
export interface Patch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * What to write over an init segment so that players show its tracks as they are coded. ffmpeg hands the turn that a
 * source asks for on to pictures that it has turned already.
 *
 * @param init everything up to the end of `moov`
 */
export function uprightPatches(init: Uint8Array): readonly Patch[] {
  const moov = findBox(rootOf(init), 'moov');
  if (moov === undefined) return [];
  return boxesIn(moov).flatMap((trak) => {
    const tkhd = trak.type === 'trak' ? findBox(trak, 'tkhd') : undefined;
    if (tkhd === undefined) return [];
    const bytes = new Uint8Array(4 * IDENTITY.length);
    for (const [index, value] of IDENTITY.entries()) new DataView(bytes.buffer).setInt32(index * 4, value);
    return [{ offset: tkhd.offset + tkhd.headerSize + (tkhd.content[0] === 1 ? 52 : 40), bytes }];
  });
}
