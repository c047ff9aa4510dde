import { type LoadedBox, readerOf } from './box-tree.ts';

/** Shape of a pixel; 1:1 is square. */
export interface PixelAspect {
  readonly horizontal: number;
  readonly vertical: number;
}

/** Reads ISO/IEC 14496-12:2022, 12.1.4.2 Pixel Aspect Ratio Box. A zero on either side means an unknown ratio. */
export function parsePasp(box: LoadedBox): PixelAspect {
  const reader = readerOf(box);
  const horizontal = reader.u32();
  const vertical = reader.u32();
  return horizontal === 0 || vertical === 0 ? { horizontal: 1, vertical: 1 } : { horizontal, vertical };
}
