import { type LoadedBox, readerOf } from './box-tree.ts';
import { IsobmffError } from './isobmff-error.ts';

/** Summary of the sample durations of a track. */
export interface SampleTiming {
  readonly sampleCount: number;
  /** Ticks of the track's timescale. */
  readonly totalTicks: number;
  /** Duration that most samples have, ticks. */
  readonly commonTicks: number;
  /** Mean duration, ticks, leaving out the last sample, which some recorders extend to the end of the audio. */
  readonly meanTicks: number;
  /** Whether durations differ by more than rounding to ticks and milliseconds explains, leaving out the last sample. */
  readonly variable: boolean;
}

/**
 * Reads ISO/IEC 14496-12:2022, 8.6.1.2 Decoding Time to Sample Box.
 *
 * @param timescale ticks per second
 * @returns undefined for a track without samples, as in fragmented files
 */
export function summarizeStts(box: LoadedBox, timescale: number): SampleTiming | undefined {
  const reader = readerOf(box);
  reader.fullBox();
  const count = reader.u32();
  if (count * 8 > reader.remaining) {
    throw new IsobmffError('field_beyond_box', `The time table claims ${count} runs and holds fewer.`, 'stts');
  }
  const samplesByTicks = new Map<number, number>();
  let sampleCount = 0;
  let totalTicks = 0;
  let lastTicks = 0;
  for (let run = 0; run < count; run += 1) {
    const samples = reader.u32();
    const ticks = reader.u32();
    if (samples === 0) continue;
    lastTicks = ticks;
    sampleCount += samples;
    totalTicks += samples * lastTicks;
    // A hostile table could hold millions of distinct durations; a thousand already prove that they vary.
    if (samplesByTicks.size < 1000 || samplesByTicks.has(lastTicks)) {
      samplesByTicks.set(lastTicks, (samplesByTicks.get(lastTicks) ?? 0) + samples);
    }
  }
  if (sampleCount === 0) return undefined;
  if (!Number.isSafeInteger(totalTicks))
    throw new IsobmffError('bad_value', 'The samples take more than 2^53 ticks.', 'stts');
  const withoutLast = new Map(samplesByTicks);
  if (withoutLast.get(lastTicks) === 1 && withoutLast.size > 1) withoutLast.delete(lastTicks);
  let [shortest, longest, commonTicks, most] = [Infinity, 0, lastTicks, 0];
  for (const [ticks, samples] of withoutLast) {
    shortest = Math.min(shortest, ticks);
    longest = Math.max(longest, ticks);
    if (samples > most) [commonTicks, most] = [ticks, samples];
  }
  const meanTicks = sampleCount === 1 ? totalTicks : (totalTicks - lastTicks) / (sampleCount - 1);
  return {
    sampleCount,
    totalTicks,
    commonTicks,
    meanTicks,
    variable: longest - shortest > Math.max(1, timescale / 990),
  };
}
