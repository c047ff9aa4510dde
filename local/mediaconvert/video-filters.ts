import type { Rational } from '../../media/rational.ts';
import type { EncodePlan } from './encode-plan.ts';

/** `zscale` (the zimg library), with which ffmpeg can map tones, is left out of some builds. */
export interface FilterSupport {
  readonly zscale: boolean;
}

/** A branch of the picture that ends in a label which an output maps. */
interface Branch {
  readonly label: string;
  readonly filters: readonly string[];
}

const HDR_TRANSFERS: ReadonlySet<string> = new Set(['smpte2084', 'arib-std-b67']);

/**
 * The filter graph of the picture: decoded, deinterlaced and brought to the constant frame rate once, then split into one
 * branch for each output.
 */
export function videoFilterGraph(plan: EncodePlan, support: FilterSupport): string {
  const branches = [...plan.videos.map(renditionBranch), ...plan.captures.map(captureBranch), ...plan.tiles.map((tiles, index) => tileBranch(tiles, index, plan.frameRate))];
  const shared = [
    ...turn(plan),
    'setpts=PTS-STARTPTS',
    ...deinterlace(plan),
    `fps=${plan.frameRate.numerator}/${plan.frameRate.denominator}`,
    ...toRec709(plan, support),
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

export function tilesLabel(index: number): string {
  return `tiles${index}`;
}

function renditionBranch({ description: { width, height } }: EncodePlan['videos'][number], index: number): Branch {
  const filters = [`scale=${width}:${height}:flags=bicubic:out_range=tv`, 'setsar=1', 'format=yuv420p'];
  return { label: renditionLabel(index), filters };
}

function jpeg(width: number, height: number): string[] {
  return [
    `scale=${width}:${height}:flags=bicubic:out_range=pc`,
    'setsar=1',
    'format=yuvj420p',
  ];
}

function everyNth(frames: number): string {
  return `select=not(mod(n\\,${frames}))`;
}

function captureBranch({ description, everyFrames }: EncodePlan['captures'][number], index: number): Branch {
  return { label: captureLabel(index), filters: [everyNth(everyFrames), ...jpeg(description.width, description.height)] };
}

/**
 * ffmpeg reports no progress before every output has begun, and a sheet is full only some minutes into a film. So the
 * first thumbnail comes twice: once as the only one of a sheet that is thrown away, then where it belongs.
 */
function tileBranch({ settings, everyFrames }: EncodePlan['tiles'][number], index: number, frameRate: Rational): Branch {
  const { thumbnailWidth, thumbnailHeight, tileWidth, tileHeight } = settings;
  const cells = tileWidth * tileHeight;
  const filters = [
    everyNth(everyFrames),
    ...jpeg(thumbnailWidth, thumbnailHeight),
    'loop=loop=1:size=1:start=0',
    `tile=${tileWidth}x${tileHeight}:init_padding=${cells - 1}`,
    // The encoder counts in sheets of consecutive frames, and refuses two at one time: the repeated thumbnail may come at
    // that of the first.
    `setpts=N*${cells * frameRate.denominator}/${frameRate.numerator}/TB`,
  ];
  return { label: tilesLabel(index), filters };
}

/** `AUTO` is ffmpeg's own doing; see the arguments of the input. */
function turn({ rotate }: EncodePlan): string[] {
  if (rotate === 'DEGREES_90') return ['transpose=clock'];
  if (rotate === 'DEGREES_270') return ['transpose=cclock'];
  return rotate === 'DEGREES_180' ? ['hflip', 'vflip'] : [];
}

function deinterlace({ preprocessors: { deinterlacer } }: EncodePlan): string[] {
  if (deinterlacer === undefined) return [];
  return [`bwdif=mode=send_frame:deint=${deinterlacer.control === 'FORCE_ALL_FRAMES' ? 'all' : 'interlaced'}`];
}

/** Tones are mapped at the size of the largest rendition, which is where most of the work would otherwise be wasted. */
function toRec709(plan: EncodePlan, { zscale }: FilterSupport): string[] {
  const { colorCorrector } = plan.preprocessors;
  if (colorCorrector === undefined) return [];
  const transfer = plan.video.color_transfer ?? '';
  if (!HDR_TRANSFERS.has(transfer) || !zscale) return ['scale=out_color_matrix=bt709:out_range=tv'];
  const [largest] = plan.videos;
  const size = largest === undefined ? [] : [`scale=${largest.description.width}:${largest.description.height}:flags=bicubic`];
  const curve = colorCorrector.hdrToSdrToneMapper === 'VIBRANT' ? 'mobius' : 'hable';
  return [
    ...size,
    `zscale=transferin=${transfer}:primariesin=bt2020:matrixin=2020_ncl:transfer=linear:npl=100`,
    'format=gbrpf32le',
    'zscale=primaries=709',
    `tonemap=${curve}:desat=0`,
    'zscale=transfer=709:matrix=709:range=tv',
    'format=yuv420p',
  ];
}
