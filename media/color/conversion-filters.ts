import type { Size } from '../display-size.ts';
import type { ColorDescription } from './color-description.ts';
import type { ColorTable } from './color-tables.ts';

// ffmpeg filters that convert colors. Laptop encoder: each conversion names the matrix and range of its input and output, since
// ffmpeg's scaler assumes its default matrix, Rec. 601, for RGB sources and labels nothing.

/** A table in a file for ffmpeg. */
export interface ColorTableFile extends Pick<ColorTable, 'kind'> {
  /** Name in the working directory, without characters that are special in a filter graph. */
  readonly file: string;
}

/** Conversion of a video's colors. */
export interface ColorConversion {
  readonly from: ColorDescription;
  readonly to: ColorDescription;
  /** Tables of `makeColorTables`, if the transfer function or primaries change. */
  readonly tables: readonly ColorTableFile[];
  /** Size to scale to along the way, since converting at source size may take most of the time. */
  readonly size: Size | undefined;
}

/** ffmpeg's scaler's names of matrices, by those of streams. */
const SCALER_MATRICES: Readonly<Record<string, string>> = {
  bt709: 'bt709', fcc: 'fcc', bt470bg: 'bt470', smpte170m: 'smpte170m', smpte240m: 'smpte240m', bt2020nc: 'bt2020',
  // The closest that the scaler has; constant luminance is rare.
  bt2020c: 'bt2020',
};

const ACCURATE = 'flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp';

/** Returns ffmpeg filters that convert a video and label it, 4:2:0 in 8 bits; only label it if nothing needs converting. */
export function conversionFilters({ from, to, tables, size }: ColorConversion): string[] {
  const label = labelFilter(to);
  if (tables.length === 0 && from.matrix === to.matrix && from.range === to.range) return [label];
  const ycgco = from.matrix === 'ycgco' ? ycgcoFilters(from) : [];
  const scaled = ycgco.length > 0 ? { matrix: 'bt709', range: 'tv' as const } : from;
  const scale = `scale=${size === undefined ? '' : `${size.width}:${size.height}:`}${ACCURATE}`;
  const filters =
    tables.length === 0
      ? [`${scale}${inputOptions(scaled)}${outputOptions(to)}`]
      : [
          `${scale}${inputOptions(scaled)}`,
          'format=gbrp12',
          ...tables.map(tableFilter),
          `scale=${ACCURATE}${outputOptions(to)}`,
        ];
  return [labelFilter(from), ...ycgco, ...filters, 'format=yuv420p', label];
}

/** Returns the options of ffmpeg's scaler that keep its input's matrix and range. */
export function keepingOptions(color: Pick<ColorDescription, 'matrix' | 'range'>): string {
  return `${inputOptions(color)}${outputOptions(color)}`;
}

/** Returns the options of ffmpeg's scaler that convert to the colors of JPEG: Rec. 601 in full range (ITU-T T.871, 7). */
export function jpegOptions(color: Pick<ColorDescription, 'matrix' | 'range'>): string {
  return `${inputOptions(color)}${outputOptions({ matrix: 'smpte170m', range: 'pc' })}`;
}

/** Returns the filter that labels frames of known colors, whatever the file states. */
export function labelFilter({ matrix, transfer, primaries, range }: ColorDescription): string {
  return `setparams=colorspace=${matrix}:color_trc=${transfer}:color_primaries=${primaries}:range=${range}`;
}

function inputOptions({ matrix, range }: Pick<ColorDescription, 'matrix' | 'range'>): string {
  return `${matrixOption('in', matrix)}:in_range=${range}`;
}

function outputOptions({ matrix, range }: Pick<ColorDescription, 'matrix' | 'range'>): string {
  return `${matrixOption('out', matrix)}:out_range=${range}`;
}

function matrixOption(direction: 'in' | 'out', matrix: string): string {
  const name = SCALER_MATRICES[matrix];
  return name === undefined ? '' : `:${direction}_color_matrix=${name}`;
}

function tableFilter({ kind, file }: ColorTableFile): string {
  return kind === 'cube' ? `lut3d=file=${file}:interp=tetrahedral` : `lut1d=file=${file}`;
}

/** Returns the filters for YCgCo, which the scaler does not support; their output is limited range with Rec. 709's matrix. */
function ycgcoFilters({ range }: ColorDescription): string[] {
  const same = 'iprimaries=bt709:itrc=bt709:space=bt709:primaries=bt709:trc=bt709:range=tv';
  return ['format=yuv444p', `colorspace=ispace=ycgco:irange=${range}:${same}`];
}
