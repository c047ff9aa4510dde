import type { SourceFacts } from '../../catalog/schema/source-facts.ts';
import type { SourceWarning } from '../../catalog/schema/source-warning.ts';
import type { MeasuredRendition } from '../chain/measure-renditions.ts';
import { type FoundWarning, saysDamaged } from '../contracts/source-warnings.ts';
import { toleranceOf } from './check-lengths.ts';

/** Codes that already tell viewers that everything after a place may be missing. */
const REACHING_END: ReadonlySet<string> = new Set(['source_cut_off', 'source_changes']);

/**
 * Returns a warning if the video of a damaged source ends earlier than its gaps explain: a decoder may give up at damage
 * that the chain knows of, and lose what follows it. Plan: `checkLengths` accepts any length of such a source.
 *
 * @param source undefined or without a length if the length is unknown
 */
export function findShortfall(
  renditions: readonly MeasuredRendition[],
  source: Pick<SourceFacts, 'lengthMs'> | null,
  warnings: readonly SourceWarning[],
): FoundWarning[] {
  const expectedMs = source?.lengthMs?.min;
  const damage = warnings.filter(saysDamaged);
  const videos = renditions.filter(({ kind }) => kind === 'video');
  if (expectedMs === undefined || damage.length === 0 || videos.length === 0) return [];
  const gaps = damage.filter(({ code }) => code === 'source_has_gap');
  const isExplained = damage.some(({ code }) => REACHING_END.has(code)) || gaps.some(({ durationMs }) => durationMs === undefined);
  if (isExplained) return [];
  const endMs = Math.min(...videos.map(({ durationMs }) => durationMs));
  const lostMs = gaps.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0);
  return endMs + lostMs < expectedMs - toleranceOf(expectedMs) ? [{ code: 'source_cut_off', startMs: endMs }] : [];
}
