import { findPage, readPage } from '../index/page-directory.ts';
import type { IndexedTrack, SourceIndex } from '../index/source-index.ts';

/** Place of a sample in its track. */
export interface SamplePlace {
  readonly sample: number;
  /** Bytes of all samples before it. */
  readonly bytesBefore: number;
}

/**
 * Finds the first sample that is presented at a time or later, for a video the first key frame. Reads one page, whatever the
 * track's length. A later time never finds an earlier sample.
 *
 * @param ticks in the track's timescale
 */
export function locateSample(index: SourceIndex, track: IndexedTrack, ticks: number): SamplePlace {
  const { count, keys, sizes, durations, compositionOffsets, entry } = readPage(index, track, findPage(index, track, ticks, 'decodeTime'));
  let [time, bytes] = [entry.decodeTime, entry.bytesBefore];
  for (let sample = 0; sample < count; sample += 1) {
    if (keys[sample] === 1 && time + (compositionOffsets[sample] ?? 0) >= ticks)
      return { sample: entry.firstSample + sample, bytesBefore: bytes };
    time += durations[sample] ?? 0;
    bytes += sizes[sample] ?? 0;
  }
  return { sample: entry.firstSample + count, bytesBefore: bytes };
}
