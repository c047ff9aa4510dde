import { PackagingError } from '../packaging-error.ts';
import { type PlacedSamples, TIMESCALE_GRID } from './place-samples.ts';

/** Latest start of the output, seconds. */
const MAX_START_SECONDS = 0.25;

/**
 * Shifts all tracks by one time, in place, so that the first sample is decoded at 0 or less than 10 ms later, the grid on which
 * the shift is exact in all timescales.
 *
 * @throws PackagingError `late_start`
 */
export function alignTracks(tracks: readonly PlacedSamples[]): void {
  let earliest = Infinity;
  for (const { decodeTimes, timescale } of tracks) earliest = Math.min(earliest, (decodeTimes[0] ?? 0) / timescale);
  const grid = Math.max(TIMESCALE_GRID, tracks.reduce((divisor, { timescale }) => commonDivisor(timescale, divisor), 0));
  // A second's fraction that is a multiple of the grid up to rounding must not be raised to the next one.
  const steps = Math.ceil(-earliest * grid - 1e-6);
  let start = Infinity;
  for (const { decodeTimes, compositionOffsets, timescale } of tracks) {
    const shift = Math.round((steps * timescale) / grid);
    let first = Infinity;
    for (let at = 0; at < decodeTimes.length; at += 1) {
      const time = (decodeTimes[at] ?? 0) + shift;
      decodeTimes[at] = time;
      first = Math.min(first, time + (compositionOffsets[at] ?? 0));
    }
    start = Math.min(start, first / timescale);
  }
  if (start > MAX_START_SECONDS)
    throw new PackagingError('late_start', `The first picture comes ${start.toFixed(3)} s after the first decoding time.`);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
