import type { Size } from '../display-size.ts';
import type { FrameStretch, StatedPicture } from '../picture/picture.ts';
import { findRuns, isLasting } from '../picture/runs.ts';
import { nameCodePoints } from './code-points.ts';
import { isStandardDefinition } from './color-description.ts';
import { type SourceColor, specified } from './source-color.ts';

/** Colors that last within a track. */
export interface LastingColors {
  /** Colors that differ as shown, in the order of their first appearance. */
  readonly colors: readonly SourceColor[];
  /** Whether any frames have others, even if these do not last. */
  readonly changes: boolean;
  /** Time from the first frame to the first change; undefined without a change, or if it lies in a part without such a time. */
  readonly changeSeconds: number | undefined;
}

/**
 * Finds the colors that last at least a second at a time. Shorter ones, such as those of a first frame without labels, are
 * glitches. Plan: holds on AWS and on the laptop.
 *
 * @param stretches parts of a track, with gaps between them that were not read
 * @param container colors that the container states for frames that state none
 */
export function findLastingColors(stretches: readonly FrameStretch[], size: Size, container: SourceColor = {}): LastingColors {
  const colorOf = (picture: StatedPicture): SourceColor => withContainer(statedColor(picture), container);
  const all = findRuns(stretches, (one, other) => isSameColor(colorOf(one), colorOf(other), size));
  const runs = all.filter(isLasting);
  const colors: SourceColor[] = [];
  for (const { picture } of runs) {
    const color = colorOf(picture);
    if (!colors.some((other) => isSameColor(color, other, size))) colors.push(color);
  }
  const [first] = runs;
  const change = runs.find(({ picture }) => first !== undefined && !isSameColor(colorOf(picture), colorOf(first.picture), size));
  const changes = all.some(({ picture }) => !isSameColor(colorOf(picture), colors[0] ?? {}, size));
  return { colors, changes, changeSeconds: change && timeOf(change, stretches) };
}

function statedColor({ fullRange, codePoints }: StatedPicture): SourceColor {
  return { ...(codePoints && nameCodePoints(codePoints)), fullRange };
}

function withContainer(stated: SourceColor, container: SourceColor): SourceColor {
  return {
    colorPrimaries: specified(stated.colorPrimaries) ?? container.colorPrimaries,
    transferCharacteristics: specified(stated.transferCharacteristics) ?? container.transferCharacteristics,
    matrixCoefficients: specified(stated.matrixCoefficients) ?? container.matrixCoefficients,
    fullRange: stated.fullRange ?? container.fullRange,
  };
}

/** Returns the time of a run from the first frame. Some containers' parts have times of their own, or clocks that jump. */
function timeOf({ stretch, startSeconds }: { readonly stretch: number; readonly startSeconds: number }, stretches: readonly FrameStretch[]): number | undefined {
  const starts = stretches.slice(0, stretch + 1).flatMap(([first]) => (first === undefined ? [] : [first.seconds]));
  const isOneClock = starts.every((start, index) => index === 0 || start > (starts[index - 1] ?? 0));
  const seconds = startSeconds - (starts[0] ?? 0);
  return isOneClock && seconds >= 0 ? seconds : undefined;
}

/** Returns whether players show two colors alike, in a video of this size. */
export function isSameColor(one: SourceColor, other: SourceColor, size: Size): boolean {
  return appearance(one, size) === appearance(other, size);
}

const REC_601_MATRICES: ReadonlySet<string> = new Set(['SMPTE_170M', 'ITU_470BG', 'EBU3213']);
/** Transfer functions that players show as Rec. 709's. */
const SDR_TRANSFERS: ReadonlySet<string> = new Set([
  'ITU_709', 'SMPTE_170M', 'ITU_470BG', 'IEC_61966_2_1', 'IEC_61966_2_4', 'ITU_2020_10bit', 'ITU_2020_12bit',
]);
/** Primaries that hardly differ. */
const NARROW_PRIMARIES: ReadonlySet<string> = new Set(['ITU_709', 'SMPTE_170M', 'SMPTE_240M', 'ITU_470BG', 'EBU3213', 'EBU_3213_E']);

/** Describes how players show colors; those of unlabeled video follow from its size. */
function appearance({ matrixCoefficients, transferCharacteristics, colorPrimaries, fullRange = false }: SourceColor, size: Size): string {
  const [matrix, transfer, primaries] = [matrixCoefficients, transferCharacteristics, colorPrimaries].map(specified);
  const is601 = matrix === undefined ? isStandardDefinition(size) : REC_601_MATRICES.has(matrix);
  const isSdr = transfer === undefined || SDR_TRANSFERS.has(transfer);
  const usual = isSdr ? ['Rec. 709', is601 ? 'Rec. 601' : 'ITU_709'] : ['ITU_2020', 'ITU_2020_NCL'];
  return [
    is601 ? 'Rec. 601' : (matrix ?? usual[1]),
    isSdr ? 'SDR' : transfer,
    primaries === undefined ? usual[0] : NARROW_PRIMARIES.has(primaries) ? 'Rec. 709' : primaries,
    fullRange,
  ].join();
}
