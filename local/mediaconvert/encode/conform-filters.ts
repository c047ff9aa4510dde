import type { Size } from '../../../media/display-size.ts';
import type { EncodePlan } from './encode-plan.ts';

/**
 * Option before the input. ffmpeg rebuilds a filter graph when the picture's size, format or color changes: filters lose the
 * frames that they hold and restart at time zero. This option keeps the graph, and its first filter conforms every frame.
 * Laptop encoder.
 */
export const KEEP_VIDEO_GRAPH = ['-reinit_filter:v', '0'] as const;

/**
 * Returns the filters that come first and give all decoded frames the same size and format, even if these change within the
 * stream. An output with `DEFAULT` scaling shows every frame in its own aspect ratio between black bars; one that stretches
 * takes the first frame's size for all.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/video-scaling.html
 *
 * If the colors change, it also gives them the same range, by the labels of each frame, and the bits that HDR needs.
 *
 * All outputs of a job have the same aspect ratio, so a frame that fits the first one fits all.
 */
export function conformFilters({
  videos,
  orientation: { rotation },
  colorParts,
}: Pick<EncodePlan, 'videos' | 'orientation' | 'colorParts'>): string[] {
  const [first] = videos;
  const range = colorParts.length > 0 ? ':out_range=tv' : '';
  const format = colorParts.length > 0 ? ['format=yuv420p10'] : [];
  if (first?.description.scalingBehavior !== 'DEFAULT') return [`scale=interl=-1${range}`, ...format];
  const { width, height } = first.description;
  const isTurned = rotation === 90 || rotation === 270;
  const [scale = '', ...others] = fitFilters(isTurned ? { width: height, height: width } : { width, height });
  return [`${scale}${range}`, ...format, ...others];
}

/** Scales a frame to fit a size by its display aspect ratio, as closely as even sides allow, and pads it with black. */
function fitFilters({ width, height }: Size): string[] {
  const isWide = `gte(dar\\,${width}/${height})`;
  const across = `if(${isWide}\\,${width}\\,${evenUpTo(width, `${height}*dar`)})`;
  const down = `if(${isWide}\\,${evenUpTo(height, `${width}/dar`)}\\,${height})`;
  // Bars of a multiple of four lines keep the fields of interlaced 4:2:0 in place.
  const bars = 'x=2*floor((ow-iw)/4):y=4*floor((oh-ih)/8)';
  return [
    `scale=w=${across}:h=${down}:eval=frame:flags=bicubic:interl=-1`,
    `pad=w=${width}:h=${height}:${bars}:eval=frame`,
    'setsar=1',
  ];
}

function evenUpTo(max: number, value: string): string {
  return `clip(2*round(${value}/2)\\,2\\,${max})`;
}
