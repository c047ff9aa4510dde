import { boxesIn, findBox, type LoadedBox, readerOf, rootOf } from './box-tree.ts';

/** Clockwise degrees. */
export type Rotation = 0 | 90 | 180 | 270;

export interface TrackHeader {
  readonly trackId: number;
  readonly enabled: boolean;
  /** Rotation that a player applies to the video; undefined for a matrix that is not a rotation by a multiple of 90 degrees. */
  readonly rotation: Rotation | undefined;
  /** Presentation size before the rotation, whole pixels. */
  readonly width: number;
  readonly height: number;
}

/** Reads ISO/IEC 14496-12:2022, 8.3.2 Track Header Box. */
export function parseTkhd(box: LoadedBox): TrackHeader {
  const reader = readerOf(box);
  const { version, flags } = reader.fullBox();
  reader.skip(version === 1 ? 16 : 8);
  const trackId = reader.u32();
  // reserved, duration, reserved, layer, group, volume, reserved
  reader.skip(4 + (version === 1 ? 8 : 4) + 8 + 8);
  const matrix = Array.from({ length: 9 }, () => reader.i32());
  const width = reader.u32() / 0x1_0000;
  const height = reader.u32() / 0x1_0000;
  return { trackId, enabled: (flags & 1) === 1, rotation: rotationOf(matrix), width, height };
}

/** Reads the matrix {a b u, c d v, x y w}, whose numbers are 16.16 and, for u, v and w, 2.30: 8.3.2.3. */
function rotationOf([a = 0, b = 0, , c = 0, d = 0]: readonly number[]): Rotation | undefined {
  if (b === 0 && c === 0 && a > 0 && d > 0) return 0;
  if (b === 0 && c === 0 && a < 0 && d < 0) return 180;
  if (a === 0 && d === 0 && b > 0 && c < 0) return 90;
  if (a === 0 && d === 0 && b < 0 && c > 0) return 270;
  // Some files have a matrix of zeros; every player shows them upright.
  return a === 0 && b === 0 && c === 0 && d === 0 ? 0 : undefined;
}

/** Matrix that applies no rotation. */
const IDENTITY = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/** Bytes to write at an offset of the file. */
export interface Patch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * Returns the bytes to write over an init segment so that players do not rotate its tracks. ffmpeg copies the
 * rotation that a source states to outputs that it has already rotated.
 *
 * @param init everything up to the end of `moov`
 */
export function uprightPatches(init: Uint8Array): readonly Patch[] {
  const moov = findBox(rootOf(init), 'moov');
  if (moov === undefined) return [];
  return boxesIn(moov).flatMap((trak) => {
    const tkhd = trak.type === 'trak' ? findBox(trak, 'tkhd') : undefined;
    return tkhd === undefined ? [] : [uprightPatch(tkhd)];
  });
}

function uprightPatch(tkhd: LoadedBox): Patch {
  const bytes = new Uint8Array(4 * IDENTITY.length);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of IDENTITY.entries()) view.setInt32(index * 4, value);
  return { offset: tkhd.offset + tkhd.headerSize + (tkhd.content[0] === 1 ? 52 : 40), bytes };
}
