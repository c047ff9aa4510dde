import type { SourceColor } from './source-color.ts';

/** Code points of ITU-T H.273, 8.1 to 8.3, as a stream states them. */
export interface CodePoints {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
}

/** Returns MediaConvert Probe's names for code points; undefined for unspecified and unusual ones. */
export function nameCodePoints({ primaries, transfer, matrix }: CodePoints): Omit<SourceColor, 'codec' | 'fullRange'> {
  return {
    colorPrimaries: PRIMARIES[primaries],
    transferCharacteristics: TRANSFERS[transfer],
    matrixCoefficients: MATRICES[matrix],
  };
}

const PRIMARIES: Readonly<Record<number, string>> = {
  1: 'ITU_709', 4: 'ITU_470M', 5: 'ITU_470BG', 6: 'SMPTE_170M', 7: 'SMPTE_240M', 8: 'GENERIC_FILM', 9: 'ITU_2020',
  10: 'SMPTE_428_1', 11: 'SMPTE_431_2', 12: 'SMPTE_EG_432_1', 22: 'EBU_3213_E',
};

const TRANSFERS: Readonly<Record<number, string>> = {
  1: 'ITU_709', 4: 'ITU_470M', 5: 'ITU_470BG', 6: 'SMPTE_170M', 7: 'SMPTE_240M', 8: 'LINEAR', 9: 'LOG10_2', 10: 'LOC10_2_5',
  11: 'IEC_61966_2_4', 12: 'ITU_1361', 13: 'IEC_61966_2_1', 14: 'ITU_2020_10bit', 15: 'ITU_2020_12bit', 16: 'SMPTE_2084',
  17: 'SMPTE_428_1', 18: 'ARIB_B67',
};

const MATRICES: Readonly<Record<number, string>> = {
  0: 'RGB', 1: 'ITU_709', 4: 'FCC', 5: 'ITU_470BG', 6: 'SMPTE_170M', 7: 'SMPTE_240M', 8: 'YCgCo', 9: 'ITU_2020_NCL',
  10: 'ITU_2020_CL', 11: 'SMPTE_2085', 12: 'CD_NCL', 13: 'CD_CL', 14: 'ITU_2100ICtCp',
};
