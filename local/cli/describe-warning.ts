import type { SourceWarning } from '../../catalog/schema/source-warning.ts';
import { isKnownWarning, SOURCE_WARNINGS } from '../../lambdas/contracts/source-warnings.ts';
import { formatDuration } from './format-duration.ts';

/** Returns the code, the place and the text of a warning, as in `sound_damaged, track 2, from 0:35 for 12 s: A part …`. */
export function describeWarning(warning: SourceWarning): string {
  const { code, track, startMs, durationMs } = warning;
  const part = [
    // Never rounded up: the time must not point past the start of the affected part.
    startMs === undefined ? undefined : `from ${formatDuration(Math.floor(startMs / 1000) * 1000)}`,
    durationMs === undefined ? undefined : `for ${formatSeconds(durationMs)} s`,
  ];
  const place = [track === undefined ? '' : `track ${track}`, part.filter((text) => text !== undefined).join(' ')];
  const named = [code, ...place].filter((text) => text !== '').join(', ');
  return isKnownWarning(warning) ? `${named}: ${SOURCE_WARNINGS[warning.code].en.what}` : named;
}

/** Rounds to seconds, or to tenths below ten seconds. */
function formatSeconds(durationMs: number): string {
  return durationMs < 10_000 ? String(Math.round(durationMs / 100) / 10) : String(Math.round(durationMs / 1000));
}
