import { type ColorDescription, isHdr } from './color-description.ts';
import { isWideGamut, type Rgb, toRec709Primaries } from './primaries.ts';
import { compressHighlights, REFERENCE_WHITE_NITS, type ToneMapper } from './tone-curve.ts';
import { HLG_PEAK_NITS, hlgToScene, linearToSrgb, pqToNits, srgbToLinear, UNUSUAL_TRANSFERS } from './transfer-functions.ts';

/** A lookup table from RGB to Rec. 709 RGB, in the `.cube` text format that ffmpeg reads. */
export interface ColorTable {
  readonly kind: 'curve' | 'cube';
  readonly text: string;
}

/** Entries per axis. With tetrahedral interpolation, errors stay below one 8-bit level. */
const CURVE_SIZE = 4096;
const CUBE_SIZE = 33;

/**
 * Makes the tables that convert transfer function, tones and primaries to Rec. 709, in the order in which to apply them.
 * Tables work in every build of ffmpeg, whose filters for PQ and HLG are optional, and keep neutral colors neutral. A video
 * that differs from Rec. 709 only in matrix and range has none.
 */
export function makeColorTables(
  { transfer, primaries }: Pick<ColorDescription, 'transfer' | 'primaries'>,
  mapper: ToneMapper,
): ColorTable[] {
  const unusual = UNUSUAL_TRANSFERS[transfer];
  const toRec709 = toRec709Primaries(primaries);
  if (isHdr({ transfer })) {
    const decode = transfer === 'smpte2084' ? pqLight : hlgLight;
    // "MediaConvert automatically applies this mode for HLG sources, regardless of your choice."
    const tones = transfer === 'smpte2084' ? mapper : 'PRESERVE_DETAILS';
    return [cube((code) => encode(mapTones(toRec709(decode(code)), tones)))];
  }
  return [
    ...(unusual === undefined ? [] : [curve((code) => linearToSrgb(unusual(code)))]),
    ...(isWideGamut(primaries) ? [cube((code) => encode(toRec709(sdrLight(code))))] : []),
  ];
}

function encode([r, g, b]: Rgb): Rgb {
  return [linearToSrgb(r), linearToSrgb(g), linearToSrgb(b)];
}

function sdrLight([r, g, b]: Rgb): Rgb {
  return [srgbToLinear(r), srgbToLinear(g), srgbToLinear(b)];
}

/** Returns the linear light of PQ code values, 1 for diffuse white. */
function pqLight([r, g, b]: Rgb): Rgb {
  return [pqToNits(r) / REFERENCE_WHITE_NITS, pqToNits(g) / REFERENCE_WHITE_NITS, pqToNits(b) / REFERENCE_WHITE_NITS];
}

/** Returns the linear light of HLG code values on the reference display, 1 for diffuse white: ITU-R BT.2100-2, Table 5, OOTF. */
function hlgLight(code: Rgb): Rgb {
  const [r, g, b] = [hlgToScene(code[0]), hlgToScene(code[1]), hlgToScene(code[2])];
  const gain = ((0.2627 * r + 0.678 * g + 0.0593 * b) ** 0.2 * HLG_PEAK_NITS) / REFERENCE_WHITE_NITS;
  return [r * gain, g * gain, b * gain];
}

/** Compresses the brightest component, and scales the others with it to keep the hue. */
function mapTones([r, g, b]: Rgb, mapper: ToneMapper): Rgb {
  const max = Math.max(r, g, b);
  const gain = max <= 0 ? 1 : compressHighlights(max, mapper) / max;
  return [r * gain, g * gain, b * gain];
}

function curve(map: (code: number) => number): ColorTable {
  const lines = [`LUT_1D_SIZE ${CURVE_SIZE}`];
  for (let at = 0; at < CURVE_SIZE; at += 1) {
    const value = number(map(at / (CURVE_SIZE - 1)));
    lines.push(`${value} ${value} ${value}`);
  }
  return { kind: 'curve', text: `${lines.join('\n')}\n` };
}

/** Writes a three-dimensional table in which red changes fastest. */
function cube(map: (code: Rgb) => Rgb): ColorTable {
  const lines = [`LUT_3D_SIZE ${CUBE_SIZE}`];
  const last = CUBE_SIZE - 1;
  for (let b = 0; b <= last; b += 1)
    for (let g = 0; g <= last; g += 1)
      for (let r = 0; r <= last; r += 1) lines.push(map([r / last, g / last, b / last]).map(number).join(' '));
  return { kind: 'cube', text: `${lines.join('\n')}\n` };
}

function number(value: number): string {
  return value.toFixed(6);
}
