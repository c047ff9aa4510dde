import type { Gap, GapKind } from '../../media/gaps/gap.ts';
import type { FoundWarning } from '../contracts/source-warnings.ts';

/** Maximum number of gaps that are listed; more become one from the first to the last. */
const MAX_GAPS = 20;

const CODES = { loss: 'source_has_gap', picture: 'picture_damaged', change: 'source_changes' } as const satisfies Record<GapKind, string>;

/** Returns a warning for each damaged or missing part of a source, and for an end that is missing. */
export function gapWarnings(gaps: readonly Gap[]): FoundWarning[] {
  return (['loss', 'picture', 'change'] as const)
    .flatMap((kind) => warningsOf(gaps.filter((gap) => (gap.kind ?? 'loss') === kind)))
    .toSorted((a, b) => (a.startMs ?? 0) - (b.startMs ?? 0));
}

function warningsOf(gaps: readonly Gap[]): FoundWarning[] {
  const first = gaps[0];
  if (first === undefined) return [];
  const listed = gaps.length > MAX_GAPS ? [{ ...gaps.at(-1), startSeconds: first.startSeconds, endSeconds: gaps.at(-1)?.endSeconds }] : gaps;
  return listed.map(({ startSeconds, endSeconds, reachesEnd = false, kind = 'loss' }) => ({
    code: reachesEnd ? 'source_cut_off' : CODES[kind],
    startMs: Math.round(startSeconds * 1000),
    ...(endSeconds === undefined ? {} : { durationMs: Math.max(0, Math.round((endSeconds - startSeconds) * 1000)) }),
  }));
}
