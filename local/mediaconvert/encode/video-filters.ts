import type { ColorDescription } from '../../../media/color/color-description.ts';
import { conversionFilters, keepingOptions, labelFilter } from '../../../media/color/conversion-filters.ts';
import { valueOf } from '../../../media/rational.ts';
import type { Rotation } from '../../../media/orientation.ts';
import { captureFilters, sheetFilters } from '../../../media/stills/still-output.ts';
import { conformFilters } from './conform-filters.ts';
import type { PlannedColorPart } from './color-plan.ts';
import type { EncodePlan } from './encode-plan.ts';

/** A branch of the video, whose label an output maps. */
interface Branch {
  readonly label: string;
  readonly filters: readonly string[];
}

/**
 * Writes the filter graph of the video: decoded, conformed, deinterlaced and converted to the constant frame rate once, then
 * split into a branch for each output.
 *
 * @param sourceSeconds timestamp of the first frame
 */
export function writeVideoFilterGraph(plan: EncodePlan, padding: VideoPadding, sourceSeconds: number): string {
  const { to } = plan.colors;
  const branches: readonly Branch[] = [
    ...plan.videos.map((video, index) => ({ label: renditionLabel(index), filters: renditionFilters(video, to) })),
    ...plan.captures.map((captures, index) => ({ label: captureLabel(index), filters: captureFilters(captures, to) })),
    ...plan.sheets.map((sheets, index) => ({
      label: sheetsLabel(index),
      filters: sheetFilters(sheets, plan.frameRate, to),
    })),
  ];
  const conformed = [
    ...conformFilters(plan),
    'setpts=PTS-STARTPTS',
    // Fields are lines of the stored picture.
    ...deinterlacingFilters(plan),
    `fps=${plan.frameRate.numerator}/${plan.frameRate.denominator}`,
    ...orientationFilters(plan),
  ];
  const parts = plan.colorParts;
  const size = plan.videos[0]?.description;
  const finished = [...paddingFilters(padding, to), `split=${branches.length}`].join(',');
  const inputs = branches.map(({ label }) => `[split-${label}]`).join('');
  return [
    ...(parts.length === 0
      ? [`[0:${plan.video.index}]${[...conformed, ...conversionFilters({ ...plan.colors, size })].join(',')},${finished}${inputs}`]
      : [
          `[0:${plan.video.index}]${conformed.join(',')},${splitByColor(parts)}`,
          ...convertParts(plan, sourceSeconds),
          `[converted${parts.length - 1}]${labelFilter(to)},${finished}${inputs}`,
        ]),
    ...branches.map(({ label, filters }) => `[split-${label}]${filters.join(',')}[${label}]`),
  ].join(';');
}

function splitByColor(parts: readonly PlannedColorPart[]): string {
  return `split=${parts.length}${parts.map((_, index) => `[part${index}]`).join('')}`;
}

/**
 * Returns the graphs that convert all frames by the labels of each part, and choose the right one by time. Laptop encoder:
 * the tables that convert HDR cannot be chosen by the labels of a frame.
 */
function convertParts({ colorParts, frameRate }: EncodePlan, sourceSeconds: number): string[] {
  const rate = valueOf(frameRate);
  // Between the frames around the change.
  const outputTime = (seconds: number): number => (Math.round((seconds - sourceSeconds) * rate) - 0.5) / rate;
  return colorParts.flatMap(({ spans, ...colors }, index) => {
    const [output, earlier] = [index === 0 ? 'converted0' : `own${index}`, `converted${index - 1}`];
    const converted = `[part${index}]${[...conversionFilters({ ...colors, size: undefined }), 'format=yuv420p'].join(',')}[${output}]`;
    if (index === 0) return [converted];
    const times = spans.map(({ startSeconds, endSeconds }) => {
      const isBefore = endSeconds === Infinity ? '' : `*lt(t\\,${outputTime(endSeconds)})`;
      return `gte(t\\,${outputTime(startSeconds)})${isBefore}`;
    });
    return [converted, `[${earlier}][own${index}]blend=all_mode=normal:all_opacity=0:enable=${times.join('+')}[converted${index}]`];
  });
}

/** Black frames around the source's frames. */
export interface VideoPadding {
  /** Black frames before the first frame of the source. */
  readonly blackFrames: number;
  /** Number of all frames, including black ones; undefined if none follow the source's last frame. */
  readonly totalFrames?: number | undefined;
}

/**
 * Returns the filters that add black frames, in the one format where the filter's black is limited-range black. Laptop
 * encoder: added frames have no color labels, and x264 writes the first frame's.
 */
function paddingFilters({ blackFrames, totalFrames }: VideoPadding, color: ColorDescription): string[] {
  if (blackFrames === 0 && totalFrames === undefined) return [];
  const format = [`scale=flags=bicubic${keepingOptions(color)}`, 'format=yuv420p'];
  const label = labelFilter(color);
  if (totalFrames === undefined) return [...format, `tpad=start=${blackFrames}`, label];
  return [...format, `tpad=start=${blackFrames}:stop=-1`, `trim=end_frame=${totalFrames}`, label];
}

export function renditionLabel(index: number): string {
  return `rendition${index}`;
}

export function captureLabel(index: number): string {
  return `capture${index}`;
}

export function sheetsLabel(index: number): string {
  return `tiles${index}`;
}

function renditionFilters(
  { description: { width, height } }: EncodePlan['videos'][number],
  color: ColorDescription,
): string[] {
  return [`scale=${width}:${height}:flags=bicubic${keepingOptions(color)}`, 'setsar=1', 'format=yuv420p'];
}

const ROTATIONS: Readonly<Record<Rotation, readonly string[]>> = {
  0: [], 90: ['transpose=clock'], 180: ['hflip', 'vflip'], 270: ['transpose=cclock'],
};

function orientationFilters({ orientation: { rotation, mirrored } }: EncodePlan): readonly string[] {
  return [...ROTATIONS[rotation], ...(mirrored ? ['hflip'] : [])];
}

function deinterlacingFilters({ preprocessors: { deinterlacer } }: EncodePlan): string[] {
  if (deinterlacer === undefined) return [];
  return [`bwdif=mode=send_frame:deint=${deinterlacer.control === 'FORCE_ALL_FRAMES' ? 'all' : 'interlaced'}`];
}
