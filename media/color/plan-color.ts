import type { Size } from '../display-size.ts';
import { isStandardDefinition } from './color-description.ts';
import { type ChangingColor, type SourceColor, specified } from './source-color.ts';

/** Treatment of a source's colors. */
export interface ColorPlan {
  /** Color space to assume for a source without labels, or with one that the encoder does not know. */
  readonly fallback: 'REC_601' | 'REC_709' | 'HDR10' | 'HLG_2020';
  /** Whether to convert to Rec. 709 in limited range. */
  readonly convert: boolean;
  /** Whether the source has high dynamic range. */
  readonly toneMap: boolean;
  /** Whether the encoder's documentation does not list the source's color space. */
  readonly approximate: boolean;
}

/** Codecs whose samples are RGB or, as in JPEG, full-range Rec. 601, whatever the container states. */
const UNLIKE_VIDEO: ReadonlySet<string> = new Set(['MJPEG', 'QTRLE', 'UNCOMPRESSED', 'PNG', 'GIF']);
const REC_601_CODECS: ReadonlySet<string> = new Set(['MJPEG', 'DV']);

const REC_601_MATRICES: ReadonlySet<string> = new Set(['SMPTE_170M', 'ITU_470BG', 'FCC', 'EBU3213']);
/** Primaries and transfer functions other than Rec. 709's that players show alike with the matrix of Rec. 601. */
const LIKE_REC_601: ReadonlySet<string> = new Set(['SMPTE_170M', 'ITU_709']);
const LIKE_REC_709: ReadonlySet<string> = new Set([
  'ITU_709', 'SMPTE_170M', 'IEC_61966_2_1', 'IEC_61966_2_4', 'ITU_2020_10bit', 'ITU_2020_12bit',
]);

/**
 * Plans a source's colors, so that every player shows them alike. Plan.
 *
 * Rec. 709, and Rec. 601 up to 576 lines, stay as they are and are labeled: "your output color space is the same as your
 * input color space", and by default "any color metadata is included in the output". Everything else is converted, since
 * browsers ignore, misread or lack it: other matrices, full range, wide gamut, RGB, HDR, incomplete labels. Only those are
 * converted, since conversion may move the job to the professional price tier.
 *
 * A source without labels gets those that players assume for its size.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/converting-the-color-space.html
 * https://docs.amazonaws.cn/en_us/mediaconvert/latest/ug/passing-through-hdr-content.html
 */
export function planColor(source: ChangingColor, size: Size): ColorPlan {
  const { colorChange: { colors: [first, ...others] } = { colors: [] }, codec } = source;
  return first === undefined ? planOneColor(source, size) : planChange([{ ...first, codec }, ...others.map((color) => ({ ...color, codec }))], size);
}

/**
 * Plans colors that change within the source: all are converted, each by its own labels, since a rendition has one color space.
 * "Choose Fallback to use color metadata from the source when it is present", and the input's color space is followed "even if
 * the color space changes over the course of the video". Unlabeled parts are taken as one of the fallback color space.
 */
function planChange(colors: readonly [SourceColor, ...SourceColor[]], size: Size): ColorPlan {
  const plans = colors.map((color) => planOneColor(color, size));
  const unlabeled = colors.find(({ matrixCoefficients }) => specified(matrixCoefficients) === undefined) ?? colors[0];
  return {
    fallback: planOneColor(unlabeled, size).fallback,
    convert: true,
    toneMap: plans.some(({ toneMap }) => toneMap),
    approximate: plans.some(({ approximate }) => approximate),
  };
}

function planOneColor(source: SourceColor, size: Size): ColorPlan {
  const { codec = '' } = source;
  const [matrix, transfer, primaries] = [
    source.matrixCoefficients, source.transferCharacteristics, source.colorPrimaries,
  ].map(specified);
  const hdr = HDR_SPACES[transfer ?? ''];
  if (hdr !== undefined)
    return { fallback: hdr, convert: true, toneMap: true, approximate: !HDR_MATRICES.has(matrix ?? 'ITU_2020_NCL') };
  const isSd = isStandardDefinition(size);
  const is601 = matrix === undefined ? isSd || REC_601_CODECS.has(codec) : REC_601_MATRICES.has(matrix);
  const stated = [matrix, transfer, primaries].filter((value) => value !== undefined).length;
  const keeps = is601
    ? isSd && isIn(LIKE_REC_601, matrix, primaries) && isIn(LIKE_REC_601, transfer)
    : isIn(ONLY_REC_709, matrix, primaries) && isIn(LIKE_REC_709, transfer);
  return {
    fallback: is601 ? 'REC_601' : 'REC_709',
    convert: !keeps || stated % 3 !== 0 || source.fullRange === true || UNLIKE_VIDEO.has(codec),
    toneMap: false,
    approximate: !isIn(KNOWN, matrix, transfer, primaries),
  };
}

const HDR_SPACES: Readonly<Record<string, 'HDR10' | 'HLG_2020'>> = { SMPTE_2084: 'HDR10', ARIB_B67: 'HLG_2020' };
/** Transfer functions and primaries of HDR10, HLG and P3 in HDR. */
const HDR_MATRICES: ReadonlySet<string> = new Set(['ITU_2020_NCL', 'ITU_709']);
const ONLY_REC_709: ReadonlySet<string> = new Set(['ITU_709']);
/** "MediaConvert supports the following input color spaces: Rec. 601, Rec. 709, HDR10, HLG 2020, P3DCI, and P3D65." */
const KNOWN: ReadonlySet<string> = new Set([
  'RGB', 'ITU_709', 'SMPTE_170M', 'ITU_470BG', 'EBU3213', 'EBU_3213_E', 'IEC_61966_2_1', 'IEC_61966_2_4', 'SMPTE_428_1',
  'SMPTE_431_2', 'SMPTE_EG_432_1',
]);

/** Returns whether a set contains all stated values. */
function isIn(set: ReadonlySet<string>, ...values: readonly (string | undefined)[]): boolean {
  return values.every((value) => value === undefined || set.has(value));
}
