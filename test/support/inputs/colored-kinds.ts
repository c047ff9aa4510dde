import { REFERENCE_WHITE_NITS } from '../../../media/color/tone-curve.ts';
import { gray, PATCHES, patchesInput, type Pixel } from '../media/color-patches.ts';
import { type InputKind, OWN_CURVE } from './input-kind.ts';

/** Kind of file whose colors a test compares in the rendition, the poster and the storyboard. */
export interface ColoredKind extends InputKind {
  readonly file: string;
  /** Arguments of ffmpeg. */
  readonly args: readonly string[];
  /** Colors that viewers see, patch by patch. */
  readonly shown: readonly Pixel[];
  /** How the rendition labels its colors: range, matrix, transfer function and primaries, in ffmpeg's names. */
  readonly tags: string;
}

export const PATCHES_SIZE = { width: 320, height: 64 };

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '6'];

/** Returns arguments that make a video, with colors converted by the scaler's options and labeled by `labels`. */
export function coloredVideo(
  options: string,
  format: string,
  labels: string,
  patches: readonly Pixel[] = PATCHES,
  seconds = 0.5,
): string[] {
  const filters = [`scale=${options}:flags=accurate_rnd+full_chroma_int`, `format=${format}`, `setparams=${labels}`];
  return [...patchesInput(patches, { ...PATCHES_SIZE, seconds }), '-vf', filters.join(','), ...X264];
}

const X265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error:qp=6'];
const AV1 = ['-c:v', 'libaom-av1', '-cpu-used', '8', '-crf', '6', '-b:v', '0', '-color_range', 'pc'];
const BT_709 = 'colorspace=bt709:color_trc=bt709:color_primaries=bt709';

const REC_709 = 'tv,bt709,bt709,bt709';

function kind(name: string, file: string, args: readonly string[], more: Partial<ColoredKind> = {}): ColoredKind {
  return { topic: 'colors', name, file, args, shown: PATCHES, tags: REC_709, ...more };
}

/** Black, and grays of PQ: 50, 203 and 1,000 nits come out at the levels below. */
const PQ_PATCHES = [gray(0), gray(112), gray(148), gray(192)];
const WHITE_LEVEL = 230;

const CONVERTED = { becomes: 'the same colors in Rec. 709, limited range' };

export const COLORED_KINDS: readonly ColoredKind[] = [
  kind('standard definition without color labels', 'a.mp4', coloredVideo('out_color_matrix=bt601', 'yuv420p', 'colorspace=unknown:range=unknown'),
    { becomes: 'Rec. 601, as players assume', tags: 'tv,smpte170m,smpte170m,smpte170m' }),
  kind('Rec. 709', 'a.mp4', coloredVideo('out_color_matrix=bt709', 'yuv420p', 'colorspace=bt709:color_trc=bt709:color_primaries=bt709:range=tv')),
  kind('Rec. 601 in full range', 'a.mkv', coloredVideo('out_color_matrix=bt601:out_range=pc', 'yuv420p', 'colorspace=bt470bg:range=pc'), CONVERTED),
  kind('H.265 in full range, as only its stream says', 'a.ts', [...coloredVideo('out_color_matrix=bt709:out_range=pc', 'yuv420p', `${BT_709}:range=pc`), ...X265], CONVERTED),
  kind('AV1 in full range', 'a.mp4', [...coloredVideo('out_color_matrix=bt709:out_range=pc', 'yuv420p', `${BT_709}:range=pc`), ...AV1], CONVERTED),
  kind('SMPTE 240M', 'a.ts', coloredVideo('out_color_matrix=smpte240m', 'yuv420p', 'colorspace=smpte240m:color_trc=smpte240m:color_primaries=smpte240m'), {
    ...CONVERTED,
    warnings: ['colors_approximated'],
    onMediaConvert: 'Colors may look slightly different: this color space is not documented.',
  }),
  kind('RGB, as in QuickTime Animation', 'a.mov', [...patchesInput(PATCHES, PATCHES_SIZE), '-c:v', 'qtrle'], CONVERTED),
  kind('high dynamic range as PQ, in detail', 'a.mp4', coloredVideo('out_color_matrix=bt2020', 'yuv420p10', 'colorspace=bt2020nc:color_trc=smpte2084:color_primaries=bt2020:range=tv', PQ_PATCHES), {
    shown: [gray(0), gray(136), gray(WHITE_LEVEL), gray(251)],
    becomes: `standard dynamic range: ${REFERENCE_WHITE_NITS} nits at ${WHITE_LEVEL} of 255, highlights above`,
    onMediaConvert: OWN_CURVE,
  }),
];
