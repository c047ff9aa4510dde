import { type LoadedBox, readerOf } from './box-tree.ts';

export type Rotation = 0 | 90 | 180 | 270;

export interface TrackHeader {
  readonly trackId: number;
  readonly enabled: boolean;
  /** Clockwise degrees by which a player turns the picture; undefined for a matrix that is no such turn. */
  readonly rotation: Rotation | undefined;
  /** Presentation size before the rotation, whole pixels. */
  readonly width: number;
  readonly height: number;
}

/** ISO/IEC 14496-12:2022, 8.3.2 Track Header Box. */
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

/** Matrix {a b u, c d v, x y w} in 16.16 numbers; u, v, w in 2.30. */
function rotationOf([a = 0, b = 0, , c = 0, d = 0]: readonly number[]): Rotation | undefined {
  if (b === 0 && c === 0 && a > 0 && d > 0) return 0;
  if (b === 0 && c === 0 && a < 0 && d < 0) return 180;
  if (a === 0 && d === 0 && b > 0 && c < 0) return 90;
  if (a === 0 && d === 0 && b < 0 && c > 0) return 270;
  // Files exist whose matrix is all zeros; every player shows them upright.
  return a === 0 && b === 0 && c === 0 && d === 0 ? 0 : undefined;
}
