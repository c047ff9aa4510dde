import { REFERENCE_WHITE_NITS } from '../../../media/color/tone-curve.ts';
import { makeChangingStream } from '../clips.ts';
import { gray, PATCHES, type Pixel } from '../media/color-patches.ts';
import { coloredVideo } from './colored-kinds.ts';
import { type InputKind, OWN_CURVE } from './input-kind.ts';

/** Kind of file whose colors change within it. */
export interface ColorChangeKind extends InputKind {
  readonly make: () => Promise<Buffer>;
  /** Colors that viewers see in each part of a second, patch by patch. */
  readonly shown: readonly (readonly Pixel[])[];
}

const REC_709 = coloredVideo('out_color_matrix=bt709', 'yuv420p', 'colorspace=bt709:color_trc=bt709:color_primaries=bt709:range=tv', PATCHES, 1);
const REC_601_FULL = coloredVideo('out_color_matrix=bt601:out_range=pc', 'yuv420p', 'colorspace=smpte170m:color_trc=smpte170m:color_primaries=smpte170m:range=pc', PATCHES, 1);
const PQ = coloredVideo('out_color_matrix=bt2020', 'yuv420p10', 'colorspace=bt2020nc:color_trc=smpte2084:color_primaries=bt2020:range=tv', [gray(0), gray(112), gray(148), gray(192)], 1);
const PQ_SHOWN = [gray(0), gray(136), gray(230), gray(251)];

const CHANGED = {
  topic: 'colors',
  warnings: ['colors_change'],
  becomes: 'Rec. 709, limited range, each part by its own labels',
} as const;

export const COLOR_CHANGE_KINDS: readonly ColorChangeKind[] = [
  {
    ...CHANGED,
    name: 'a transport stream that changes from Rec. 709 to full-range Rec. 601 and back',
    make: () => makeChangingStream(1, REC_709, REC_601_FULL, REC_709),
    shown: [PATCHES, PATCHES, PATCHES],
    onMediaConvert: 'Part of the video may have wrong colors: whether each part is converted by its own labels is not documented.',
  },
  {
    ...CHANGED,
    name: `a transport stream that changes from full-range Rec. 601 to PQ (${REFERENCE_WHITE_NITS} nits become white)`,
    make: () => makeChangingStream(1, REC_601_FULL, PQ),
    shown: [PATCHES, PQ_SHOWN],
    onMediaConvert: `Part of the video may have wrong colors: whether each part is converted by its own labels is not documented. ${OWN_CURVE}`,
  },
];
