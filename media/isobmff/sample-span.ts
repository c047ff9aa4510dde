import { findBox, type LoadedBox, readerOf } from './box-tree.ts';
import { parseCtts } from './ctts.ts';
import { readSampleCount } from './sample-sizes.ts';
import { parseStts } from './stts.ts';

/** Length of a track's samples, in ticks of its timescale, before edits. */
export interface SampleSpan {
  /** Media time of the sample that is shown first; above 0 if frames are reordered. */
  readonly firstTicks: number;
  /** Time from the first sample to the start of the last one. */
  readonly lastTicks: number;
  /** Time from the first sample to the end of the last one. */
  readonly endTicks: number;
  /** Total duration of the other samples that are longer than ten seconds. */
  readonly longTicks: number;
}

/** Number of samples that include the first one to be shown: more than any codec reorders. */
const REORDERED_SAMPLES = 64;
/** Duration above which a sample may be a clock jump. */
const LONG_SECONDS = 10;

/**
 * Reads the length of a track's samples from its tables, regardless of its headers: ISO/IEC 14496-12:2022, 8.6.1.
 *
 * @param stbl sample table of the track
 * @param timescale ticks per second
 * @returns undefined for a track without samples, as in fragmented files
 */
export function readSampleSpan(stbl: LoadedBox, timescale: number): SampleSpan | undefined {
  const stts = findBox(stbl, 'stts');
  if (stts === undefined) return undefined;
  const reader = readerOf(stts);
  reader.fullBox();
  const runs = reader.u32();
  let left = readSampleCount(stbl);
  let [endTicks, longTicks, last] = [0, 0, 0];
  for (let run = 0; run < runs && left > 0 && reader.remaining >= 8; run += 1) {
    const samples = Math.min(reader.u32(), left);
    const ticks = durationOf(reader.u32());
    left -= samples;
    endTicks += samples * ticks;
    if (ticks > LONG_SECONDS * timescale) longTicks += samples * ticks;
    if (samples > 0) last = ticks;
  }
  if (last > LONG_SECONDS * timescale) longTicks -= last;
  if (endTicks === 0) return undefined;
  return { firstTicks: firstShown(stbl, stts), lastTicks: endTicks - last, endTicks, longTicks };
}

function firstShown(stbl: LoadedBox, stts: LoadedBox): number {
  const ctts = findBox(stbl, 'ctts');
  if (ctts === undefined) return 0;
  const { times } = parseStts(stts, REORDERED_SAMPLES);
  const offsets = parseCtts(ctts, times.length);
  return Math.min(...times.map((time, index) => time + (offsets[index] ?? 0)));
}

/** Returns a duration; some programs write negative ones, which count as 0. */
function durationOf(ticks: number): number {
  return ticks >= 2 ** 31 ? 0 : ticks;
}
