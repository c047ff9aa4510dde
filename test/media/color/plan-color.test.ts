import { planColor } from '../../../media/color/plan-color.ts';
import type { SourceColor } from '../../../media/color/source-color.ts';

const SD = { width: 720, height: 576 };
const HD = { width: 1280, height: 536 };

function colors(matrix: string, transfer = matrix, primaries = transfer): SourceColor {
  return { matrixCoefficients: matrix, transferCharacteristics: transfer, colorPrimaries: primaries };
}

test.each<[string, SourceColor, typeof SD, string]>([
  ['no colors, in standard definition', {}, SD, 'REC_601'],
  ['no colors, wider', {}, HD, 'REC_709'],
  ['no colors, upright', {}, { width: 576, height: 1024 }, 'REC_601'],
  ['no colors, upright and higher', {}, { width: 576, height: 1280 }, 'REC_709'],
  ['unspecified colors', colors('UNSPECIFIED'), HD, 'REC_709'],
  ['Rec. 709', colors('ITU_709'), SD, 'REC_709'],
  ['sRGB', colors('ITU_709', 'IEC_61966_2_1', 'ITU_709'), HD, 'REC_709'],
  ['Rec. 601 in standard definition', colors('SMPTE_170M'), SD, 'REC_601'],
])('keeps a video that states %s', (_name, source, size, fallback) => {
  expect(planColor(source, size)).toEqual({ fallback, convert: false, toneMap: false, approximate: false });
});

test.each<[string, SourceColor, typeof SD, string]>([
  ['Rec. 601 in high definition', colors('SMPTE_170M'), HD, 'REC_601'],
  ['primaries and a gamma of Rec. 601 that browsers convert', colors('ITU_470BG'), SD, 'REC_601'],
  ['a matrix alone, without which browsers ignore the range', { matrixCoefficients: 'ITU_709' }, HD, 'REC_709'],
  ['full range', { ...colors('ITU_709'), fullRange: true }, HD, 'REC_709'],
  ['P3', colors('ITU_709', 'ITU_709', 'SMPTE_EG_432_1'), HD, 'REC_709'],
  ['RGB', { matrixCoefficients: 'RGB' }, HD, 'REC_709'],
  ['nothing, as QuickTime Animation', { codec: 'QTRLE' }, HD, 'REC_709'],
  ['nothing, as Motion JPEG, which is Rec. 601', { codec: 'MJPEG' }, HD, 'REC_601'],
])('converts a video that states %s', (_name, source, size, fallback) => {
  expect(planColor(source, size)).toEqual({ fallback, convert: true, toneMap: false, approximate: false });
});

test.each([
  ['SMPTE 240M', colors('SMPTE_240M')],
  ['FCC', { matrixCoefficients: 'FCC' }],
  ['YCgCo', { matrixCoefficients: 'YCgCo' }],
  ['Rec. 2020 in standard dynamic range', colors('ITU_2020_NCL', 'ITU_2020_10bit', 'ITU_2020')],
  ['linear light', colors('ITU_709', 'LINEAR', 'ITU_709')],
])('converts %s, which the encoder is not documented to know', (_name, source) => {
  expect(planColor(source, HD)).toMatchObject({ convert: true, approximate: true });
});

test.each([
  ['SMPTE_2084', 'HDR10'],
  ['ARIB_B67', 'HLG_2020'],
])('maps the tones of %s', (transfer, fallback) => {
  expect(planColor(colors('ITU_2020_NCL', transfer, 'ITU_2020'), SD)).toEqual({ fallback, convert: true, toneMap: true, approximate: false });
  expect(planColor({ transferCharacteristics: transfer }, SD)).toMatchObject({ fallback, toneMap: true, approximate: false });
  expect(planColor(colors('ITU_2100ICtCp', transfer, 'ITU_2020'), SD)).toMatchObject({ toneMap: true, approximate: true });
});
