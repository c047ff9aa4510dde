import { type FrameTimes, inPresentationOrder } from '../frame-rate/frame-times.ts';
import { findBox, type LoadedBox } from './box-tree.ts';
import { parseCtts } from './ctts.ts';
import { parseStts } from './stts.ts';

/** Limit of samples to read: over two hours at 60 per second. */
const MAX_SAMPLES = 500_000;

/**
 * Checks the tables of times of a track without reading them.
 *
 * @throws IsobmffError `field_beyond_box`
 */
export function checkSampleTimes(stbl: LoadedBox): true {
  const [stts, ctts] = [findBox(stbl, 'stts'), findBox(stbl, 'ctts')];
  if (stts !== undefined) parseStts(stts, 0);
  if (ctts !== undefined) parseCtts(ctts, 0);
  return true;
}

/**
 * Reads the presentation times of a track's samples from its tables: ISO/IEC 14496-12:2022, 8.6.1.
 *
 * @param stbl sample table of the track
 * @param timescale ticks per second
 * @returns undefined for a track without samples, as in fragmented files
 */
export function readSampleTimes(stbl: LoadedBox, timescale: number): FrameTimes | undefined {
  const stts = findBox(stbl, 'stts');
  if (stts === undefined) return undefined;
  const { times, complete } = parseStts(stts, MAX_SAMPLES);
  if (times.length === 0) return undefined;
  const ctts = findBox(stbl, 'ctts');
  const offsets = ctts === undefined ? [] : parseCtts(ctts, times.length);
  const shown = times.map((time, index) => time + (offsets[index] ?? 0));
  const stretches = [inPresentationOrder(shown, { before: false, after: !complete })];
  return { ticksPerSecond: timescale, stretches, complete };
}
