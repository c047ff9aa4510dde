import type { SourceFacts } from '../../catalog/schema/source-facts.ts';
import type { SourceWarning } from '../../catalog/schema/source-warning.ts';
import { OutputIncompleteError } from '../chain/errors.ts';
import type { MeasuredRendition } from '../chain/measure-renditions.ts';
import { saysDamaged } from '../contracts/source-warnings.ts';

/** Difference between a rendition and its source that is ignored. */
const MIN_DIFFERENCE_MS = 1000;
/** Difference that is ignored, as a share of the source's length. */
const MAX_SHARE = 0.01;

/**
 * Checks that every rendition is as long as its source. Plan: this holds for every encoder, since both lengths are measured
 * here, not reported. A damaged source has a warning instead: how much of it decodes is not known beforehand.
 *
 * @param source undefined or without a length if the length is unknown
 * @throws OutputIncompleteError with the first rendition that is too short or too long
 */
export function checkLengths(
  renditions: readonly MeasuredRendition[],
  source: Pick<SourceFacts, 'lengthMs'> | null,
  warnings: readonly SourceWarning[],
): void {
  const length = source?.lengthMs;
  if (length === undefined || warnings.some(saysDamaged)) return;
  for (const { name, durationMs } of renditions) {
    if (length.max !== undefined && durationMs > length.max + toleranceOf(length.max)) {
      throw new OutputIncompleteError(`${name} lasts ${seconds(durationMs)} instead of ${seconds(length.max)}.`);
    }
    if (durationMs < length.min - toleranceOf(length.min)) {
      throw new OutputIncompleteError(`${name} lasts ${seconds(durationMs)} instead of ${seconds(length.min)}.`);
    }
  }
}

/** Returns the difference between a rendition and its source that is ignored, milliseconds. */
export function toleranceOf(durationMs: number): number {
  return Math.max(MIN_DIFFERENCE_MS, durationMs * MAX_SHARE);
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}
