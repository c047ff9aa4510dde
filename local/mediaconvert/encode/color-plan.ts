import { type ColorDescription, isStandardDefinition, REC_709 } from '../../../media/color/color-description.ts';
import { type ColorTable, makeColorTables } from '../../../media/color/color-tables.ts';
import type { ColorTableFile } from '../../../media/color/conversion-filters.ts';
import type { ProbedStream } from '../probe/ffprobe.ts';
import type { JobSettings } from '../settings/job-settings.ts';
import type { ColorPart } from './color-parts.ts';
import type { Preprocessors } from '../settings/video-settings.ts';

type VideoSelector = JobSettings['inputs'][number]['videoSelector'];

/** Colors of a job. */
export interface ColorPlan {
  /** Colors of the source, as stated by the file or the settings. */
  readonly from: ColorDescription;
  /** Colors of the renditions. */
  readonly to: ColorDescription;
  /** Conversion tables, to be written to the job's directory. */
  readonly tables: readonly (ColorTable & ColorTableFile)[];
}

/** Colors that the source has in some parts, and their conversion. */
export interface PlannedColorPart extends ColorPlan {
  /** Timestamps between which the source has these colors; the last part ends with the source. */
  readonly spans: readonly { readonly startSeconds: number; readonly endSeconds: number }[];
}

/** Color spaces of `VideoSelector.ColorSpace`, without the range, which has its own setting. */
const COLOR_SPACES = {
  REC_601: { matrix: 'smpte170m', transfer: 'smpte170m', primaries: 'smpte170m' },
  REC_709: { matrix: 'bt709', transfer: 'bt709', primaries: 'bt709' },
  HDR10: { matrix: 'bt2020nc', transfer: 'smpte2084', primaries: 'bt2020' },
  HLG_2020: { matrix: 'bt2020nc', transfer: 'arib-std-b67', primaries: 'bt2020' },
} as const satisfies Readonly<Record<string, Omit<ColorDescription, 'range'>>>;

/**
 * Plans how the settings change a source's colors. By default, "your output color space is the same as your input color
 * space" and so is the sample range. `FORCE_709` converts to Rec. 709, `LIMITED_RANGE_SQUEEZE` to limited range.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/converting-the-color-space.html
 * https://docs.aws.amazon.com/sdkfornet/v3/apidocs/items/MediaConvert/TColorCorrector.html
 *
 * @param name beginning of the names of table files
 */
export function planColors(
  stream: ProbedStream,
  selector: VideoSelector,
  colorCorrector: Preprocessors['colorCorrector'],
  name = 'colors',
): ColorPlan {
  const from = sourceColors(stream, selector);
  const range = colorCorrector?.sampleRangeConversion === 'LIMITED_RANGE_SQUEEZE' ? 'tv' : from.range;
  // H.264 is always YUV here; the settings leave the matrix of an RGB source open.
  if (colorCorrector?.colorSpaceConversion !== 'FORCE_709')
    return { from, to: { ...from, range, matrix: from.matrix === 'gbr' ? REC_709.matrix : from.matrix }, tables: [] };
  const tables = makeColorTables(from, colorCorrector.hdrToSdrToneMapper);
  return {
    from,
    to: { ...REC_709, range },
    tables: tables.map((table, index) => ({ ...table, file: `${name}-${index}.cube` })),
  };
}

/**
 * Plans the conversion of a source whose colors change: each part by its own labels. The conforming filter makes every frame
 * limited range. Laptop encoder: without `FORCE_709`, every part keeps its samples and gets the first one's labels.
 *
 * @returns none if the colors are not converted
 */
export function planColorParts(
  parts: readonly ColorPart[],
  selector: VideoSelector,
  colorCorrector: Preprocessors['colorCorrector'],
): readonly PlannedColorPart[] {
  if (colorCorrector?.colorSpaceConversion !== 'FORCE_709') return [];
  const spans = new Map<string, { stream: ProbedStream; spans: PlannedColorPart['spans'] }>();
  for (const [index, { startSeconds, stream }] of parts.entries()) {
    const labels = JSON.stringify(stream);
    const span = { startSeconds, endSeconds: parts[index + 1]?.startSeconds ?? Infinity };
    spans.set(labels, { stream, spans: [...(spans.get(labels)?.spans ?? []), span] });
  }
  return [...spans.values()].map(({ stream, spans: own }, index) => {
    const { from, to, tables } = planColors(stream, selector, colorCorrector, `colors-${index}`);
    return { from: { ...from, range: 'tv' }, to: { ...to, range: 'tv' }, tables, spans: own };
  });
}

/**
 * Returns a source's colors. `FORCE` takes them from the settings; `FALLBACK` "to use color metadata from the source when it
 * is present. If there's no color metadata in your input file", those of the settings.
 * https://docs.aws.amazon.com/sdk-for-sap-abap/v1/api/latest/mdc/model/_AWS1_CL_MDCVIDEOSELECTOR.html
 */
function sourceColors(stream: ProbedStream, { colorSpace, colorSpaceUsage }: VideoSelector): ColorDescription {
  const { width = 0, height = 0, pix_fmt: format = '' } = stream;
  const bySize = COLOR_SPACES[isStandardDefinition({ width, height }) ? 'REC_601' : 'REC_709'];
  const fallback = colorSpace === 'FOLLOW' ? bySize : COLOR_SPACES[colorSpace];
  const isForced = colorSpace !== 'FOLLOW' && colorSpaceUsage === 'FORCE';
  const stated = (value: string | undefined): string | undefined =>
    isForced || value === undefined || UNSTATED.has(value) ? undefined : value;
  const isRgb = RGB_FORMATS.test(format);
  return {
    matrix: isRgb ? 'gbr' : (stated(stream.color_space) ?? fallback.matrix),
    transfer: stated(stream.color_transfer) ?? fallback.transfer,
    primaries: stated(stream.color_primaries) ?? fallback.primaries,
    range: isRgb || stream.color_range === 'pc' || format.startsWith('yuvj') ? 'pc' : 'tv',
  };
}

const UNSTATED: ReadonlySet<string> = new Set(['unknown', 'reserved', 'unspecified', 'gbr']);
/** ffmpeg's pixel formats of RGB, with components in any order, and those that it decodes to RGB. */
const RGB_FORMATS = /^(?:gbr|a?rgb|a?bgr|0rgb|0bgr|x2rgb|x2bgr|pal8|bayer)/;
