import { type LoadedBox, readerOf } from './box-tree.ts';
import { IsobmffError } from './isobmff-error.ts';

/**
 * Reads ISO/IEC 14496-12:2022, 8.6.1.3 Composition Time to Sample Box. Offsets are read as signed in version 0 as well, in
 * which some programs write negative ones.
 *
 * @returns composition offsets by sample, ticks, of the first `maxSamples` samples
 */
export function parseCtts(box: LoadedBox, maxSamples: number): number[] {
  const reader = readerOf(box);
  reader.fullBox();
  const count = reader.u32();
  if (count * 8 > reader.remaining)
    throw new IsobmffError('field_beyond_box', `The table of offsets claims ${count} runs and holds fewer.`, 'ctts');
  const offsets: number[] = [];
  for (let run = 0; run < count && offsets.length < maxSamples; run += 1) {
    const samples = Math.min(reader.u32(), maxSamples - offsets.length);
    const offset = reader.i32();
    for (let sample = 0; sample < samples; sample += 1) offsets.push(offset);
  }
  return offsets;
}

/**
 * Reads ISO/IEC 14496-12:2022, 8.6.1.3 Composition Time to Sample Box like `parseCtts`, as one offset for each sample.
 *
 * @returns ticks; zeros for samples beyond the table
 * @throws IsobmffError `field_beyond_box`
 */
export function readCompositionOffsets(box: LoadedBox, sampleCount: number): Int32Array {
  const reader = readerOf(box);
  reader.fullBox();
  const offsets = new Int32Array(sampleCount);
  let sample = 0;
  for (let run = reader.u32(); run > 0 && sample < sampleCount; run -= 1) {
    const end = Math.min(sampleCount, sample + reader.u32());
    offsets.fill(reader.i32(), sample, end);
    sample = end;
  }
  return offsets;
}
