import { type FilterSupport, rec709Filters } from '../../media/stills/rec709-filters.ts';
import { captureFilters, sheetFilters } from '../../media/stills/still-output.ts';
import type { EncodePlan } from './encode-plan.ts';

/** A branch of the video that ends in a label, which an output maps. */
interface Branch {
  readonly label: string;
  readonly filters: readonly string[];
}

/**
 * Writes the filter graph of the video: decoded, deinterlaced and converted to the constant frame rate once, then split
 * into one branch per output.
 */
export function writeVideoFilterGraph(plan: EncodePlan, support: FilterSupport): string {
  const branches: readonly Branch[] = [
    ...plan.videos.map((video, index) => ({ label: renditionLabel(index), filters: renditionFilters(video) })),
    ...plan.captures.map((captures, index) => ({ label: captureLabel(index), filters: captureFilters(captures) })),
    ...plan.sheets.map((sheets, index) => ({
      label: sheetsLabel(index),
      filters: sheetFilters(sheets, plan.frameRate),
    })),
  ];
  const shared = [
    ...rotationFilters(plan),
    'setpts=PTS-STARTPTS',
    ...deinterlacingFilters(plan),
    `fps=${plan.frameRate.numerator}/${plan.frameRate.denominator}`,
    ...colorFilters(plan, support),
    `split=${branches.length}`,
  ];
  const inputs = branches.map(({ label }) => `[split-${label}]`).join('');
  return [
    `[0:${plan.video.index}]${shared.join(',')}${inputs}`,
    ...branches.map(({ label, filters }) => `[split-${label}]${filters.join(',')}[${label}]`),
  ].join(';');
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

function renditionFilters({ description: { width, height } }: EncodePlan['videos'][number]): string[] {
  return [`scale=${width}:${height}:flags=bicubic:out_range=tv`, 'setsar=1', 'format=yuv420p'];
}

/** Returns the filters of a fixed rotation; ffmpeg itself applies `AUTO`, see the arguments of the input. */
function rotationFilters({ rotate }: EncodePlan): string[] {
  if (rotate === 'DEGREES_90') return ['transpose=clock'];
  if (rotate === 'DEGREES_270') return ['transpose=cclock'];
  return rotate === 'DEGREES_180' ? ['hflip', 'vflip'] : [];
}

function deinterlacingFilters({ preprocessors: { deinterlacer } }: EncodePlan): string[] {
  if (deinterlacer === undefined) return [];
  return [`bwdif=mode=send_frame:deint=${deinterlacer.control === 'FORCE_ALL_FRAMES' ? 'all' : 'interlaced'}`];
}

function colorFilters(
  { preprocessors: { colorCorrector }, video, videos }: EncodePlan,
  support: FilterSupport,
): string[] {
  if (colorCorrector === undefined) return [];
  const toneMapper = colorCorrector.hdrToSdrToneMapper === 'VIBRANT' ? 'mobius' : 'hable';
  return rec709Filters({ transfer: video.color_transfer, toneMapper, size: videos[0]?.description }, support);
}
