import { readPage, readPageEntry } from '../index/page-directory.ts';
import type { IndexedTrack, SourceIndex } from '../index/source-index.ts';

/** Key frames of a track, one typed array for each property, and the end of the track as a last entry. */
export interface KeyFrames {
  readonly count: number;
  /** Numbers of the samples. */
  readonly samples: Uint32Array;
  /** Presentation times, ticks. */
  readonly times: Float64Array;
  /** Bytes of all samples of the track before. */
  readonly bytesBefore: Float64Array;
}

/** Reads a track's key frames: from its directory, and from pages that have several. */
export function readKeyFrames(index: SourceIndex, track: IndexedTrack): KeyFrames {
  const samples = new Uint32Array(track.keyFrames + 1);
  const times = new Float64Array(track.keyFrames + 1);
  const bytesBefore = new Float64Array(track.keyFrames + 1);
  let count = 0;
  for (let page = 0; page < track.pages && count < track.keyFrames; page += 1) {
    const entry = readPageEntry(index, track, page);
    samples[count] = entry.firstSample;
    times[count] = entry.decodeTime + entry.firstComposition;
    bytesBefore[count] = entry.bytesBefore;
    if (entry.keyFrames <= 1) {
      count += 1;
      continue;
    }
    const { keys, sizes, durations, compositionOffsets } = readPage(index, track, page);
    let [time, bytes] = [entry.decodeTime, entry.bytesBefore];
    for (let sample = 0; sample < keys.length && count < track.keyFrames; sample += 1) {
      if (keys[sample] === 1) {
        samples[count] = entry.firstSample + sample;
        times[count] = time + (compositionOffsets[sample] ?? 0);
        bytesBefore[count] = bytes;
        count += 1;
      }
      time += durations[sample] ?? 0;
      bytes += sizes[sample] ?? 0;
    }
  }
  samples[count] = track.samples;
  times[count] = track.endTime;
  bytesBefore[count] = track.mediaBytes;
  return { count, samples, times, bytesBefore };
}
