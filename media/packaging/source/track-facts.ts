import { UPRIGHT } from '../../orientation.ts';
import type { MovieTrack } from '../../isobmff/movie.ts';
import type { TrackFacts } from '../index/source-index.ts';
import type { PlacedSamples } from './place-samples.ts';
import type { PackagedEntry } from './sample-entry.ts';

/** Returns the facts of a track for its index. */
export function factsOf(
  { id, language, orientation }: Pick<MovieTrack, 'id' | 'language' | 'orientation'>,
  { codec, codecString, video, audio }: PackagedEntry,
  samples: PlacedSamples,
): TrackFacts {
  const { count, decodeTimes, durations, compositionOffsets, sizes, keys, timescale, hasLeadingPictures } = samples;
  let [startTime, endTime, mediaBytes, keyFrames] = [Infinity, 0, 0, 0];
  for (let sample = 0; sample < count; sample += 1) {
    const time = (decodeTimes[sample] ?? 0) + (compositionOffsets[sample] ?? 0);
    startTime = Math.min(startTime, time);
    endTime = Math.max(endTime, time + (durations[sample] ?? 0));
    mediaBytes += sizes[sample] ?? 0;
    keyFrames += keys[sample] ?? 0;
  }
  return {
    id,
    kind: video === undefined ? 'audio' : 'video',
    codec,
    codecString,
    language,
    timescale,
    samples: count,
    keyFrames,
    mediaBytes,
    firstDecodeTime: decodeTimes[0] ?? 0,
    startTime,
    endTime,
    hasLeadingPictures,
    ...(video === undefined
      ? {}
      : { video: { ...video, orientation: orientation ?? UPRIGHT, peakFrameRate: peakFrameRate(samples) } }),
    ...(audio === undefined ? {} : { audio }),
  };
}

/** Minimum duration of a rate, seconds: a second, as far as times in milliseconds state it. */
const MIN_SECONDS = 0.995;

/**
 * Returns the highest number of frames per second that frames keep for at least a second, else that of the whole track. Takes
 * decoding times, whose order needs no sorting.
 */
function peakFrameRate({ count, decodeTimes, durations, timescale }: PlacedSamples): number {
  let [first, highest] = [0, 0];
  for (let last = 0; last < count; last += 1) {
    const time = decodeTimes[last] ?? 0;
    while (time - (decodeTimes[first + 1] ?? time) >= MIN_SECONDS * timescale) first += 1;
    const seconds = (time - (decodeTimes[first] ?? time)) / timescale;
    if (seconds >= MIN_SECONDS) highest = Math.max(highest, (last - first) / seconds);
  }
  const end = (decodeTimes[count - 1] ?? 0) + (durations[count - 1] ?? 0) - (decodeTimes[0] ?? 0);
  return highest > 0 || end <= 0 ? highest : (count * timescale) / end;
}
