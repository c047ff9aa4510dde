/**
 * Mapping from a video's samples to colors, in ffmpeg's names of the code points of ITU-T H.273 (8.1 primaries, 8.2 transfer
 * characteristics, 8.3 matrix coefficients).
 */
export interface ColorDescription {
  /** `gbr` for RGB. */
  readonly matrix: string;
  readonly transfer: string;
  readonly primaries: string;
  /** Full range (`pc`) uses every code value, limited range (`tv`) leaves room below black and above white. */
  readonly range: ColorRange;
}

export type ColorRange = 'tv' | 'pc';

export const REC_709: ColorDescription = { matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', range: 'tv' };

/** PQ (SMPTE ST 2084) and HLG (ARIB STD-B67). */
const HDR_TRANSFERS: ReadonlySet<string> = new Set(['smpte2084', 'arib-std-b67']);

/** Returns whether a video is HDR. */
export function isHdr({ transfer }: Pick<ColorDescription, 'transfer'>): boolean {
  return HDR_TRANSFERS.has(transfer);
}

/** Maximum size of standard definition, below 1280 × 720: television has 576 lines of up to 1,024 square pixels. */
const SD = { maxLong: 1279, maxShort: 576 };

/**
 * Returns whether a video without color labels is taken as Rec. 601 because of its size, in either orientation; otherwise it is
 * taken as Rec. 709. Players decide likewise, though not all at the same size.
 */
export function isStandardDefinition({ width, height }: { readonly width: number; readonly height: number }): boolean {
  return Math.max(width, height) <= SD.maxLong && Math.min(width, height) <= SD.maxShort;
}
