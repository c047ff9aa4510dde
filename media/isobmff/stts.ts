import { type LoadedBox, readerOf } from './box-tree.ts';
import { IsobmffError } from './isobmff-error.ts';

export interface DecodingTimes {
  /** Decoding times of the first samples, ticks. */
  readonly times: readonly number[];
  /** Whether the track has no more samples than these. */
  readonly complete: boolean;
}

/**
 * Reads ISO/IEC 14496-12:2022, 8.6.1.2 Decoding Time to Sample Box, up to a number of samples.
 *
 * @throws IsobmffError `field_beyond_box`
 */
export function parseStts(box: LoadedBox, maxSamples: number): DecodingTimes {
  const reader = readerOf(box);
  reader.fullBox();
  const count = reader.u32();
  if (count * 8 > reader.remaining)
    throw new IsobmffError('field_beyond_box', `The time table claims ${count} runs and holds fewer.`, 'stts');
  const times: number[] = [];
  let time = 0;
  for (let run = 0; run < count; run += 1) {
    const samples = reader.u32();
    const ticks = reader.u32();
    const kept = Math.min(samples, maxSamples - times.length);
    for (let sample = 0; sample < kept; sample += 1) times.push(time + sample * ticks);
    time += kept * ticks;
    if (kept < samples) return { times, complete: false };
  }
  return { times, complete: true };
}

/**
 * Reads ISO/IEC 14496-12:2022, 8.6.1.2 Decoding Time to Sample Box, as one duration for each sample.
 *
 * @returns ticks; zeros for samples beyond the table
 * @throws IsobmffError `field_beyond_box`
 */
export function readSampleDurations(box: LoadedBox, sampleCount: number): Uint32Array {
  const reader = readerOf(box);
  reader.fullBox();
  const durations = new Uint32Array(sampleCount);
  let sample = 0;
  for (let run = reader.u32(); run > 0 && sample < sampleCount; run -= 1) {
    const end = Math.min(sampleCount, sample + reader.u32());
    durations.fill(reader.u32(), sample, end);
    sample = end;
  }
  return durations;
}
