import { PLAN_ENTRY_BYTES } from '../index/index-file.ts';
import { findPage, readPageEntry } from '../index/page-directory.ts';
import { type IndexedTrack, leadingTrack, type SourceIndex, type StoredPlan } from '../index/source-index.ts';
import { maxPacketBytes } from '../mpegts/transport-writer.ts';
import { PackagingError } from '../packaging-error.ts';
import { type KeyFrames, readKeyFrames } from './key-frames.ts';
import { locateSample, type SamplePlace } from './locate-sample.ts';

/** Duration that segments come close to unless set otherwise, seconds. */
export const SEGMENT_SECONDS = 6;
/**
 * Bytes that a function on AWS Lambda streams at once, and at 2 MB/s in half of a second: Lambda Developer Guide,
 * "Bandwidth limits for response streaming".
 */
const [MAX_FIXED_BYTES, MAX_BYTES_PER_SECOND] = [6_000_000, 1_000_000];

/** Returns the maximum length of a segment, bytes: it arrives within half of its duration. */
export function maxSegmentBytes(seconds: number): number {
  return MAX_FIXED_BYTES + seconds * MAX_BYTES_PER_SECOND;
}

/**
 * Plans where segments begin: at the key frames that make each duration closest to `segmentSeconds`, the rest at the end joined to
 * the last segment if it is shorter than half of that. Where a segment would be too large, it gets shorter.
 *
 * @returns the stored plan if the index has one for the duration; else takes a step for each key frame
 * @throws PackagingError `segment_too_large` if one group of pictures is too large
 */
export function planSegments(index: SourceIndex, segmentSeconds = SEGMENT_SECONDS): StoredPlan {
  if (segmentSeconds === index.plan.segmentSeconds && index.plan.segments > 0) return index.plan;
  const lead = leadingTrack(index);
  if (lead === undefined) throw new PackagingError('no_tracks', 'The index has no tracks.');
  const keyFrames = readKeyFrames(index, lead);
  const starts = chooseStarts(keyFrames, measuresOf(index, lead, keyFrames), segmentSeconds * lead.timescale);
  const view = new DataView(new ArrayBuffer(starts.length * PLAN_ENTRY_BYTES));
  for (const [segment, key] of starts.entries()) {
    view.setUint32(segment * PLAN_ENTRY_BYTES, keyFrames.samples[key] ?? 0, true);
    view.setFloat64(segment * PLAN_ENTRY_BYTES + 4, keyFrames.times[key] ?? 0, true);
  }
  return { segmentSeconds, segments: starts.length, view };
}

interface Measures {
  /** Returns whether the media between two key frames fits into a segment. */
  readonly fits: (first: number, end: number) => boolean;
}

/** Counts the leading track and the largest of the others, since a segment may have one of them beside it. */
function measuresOf(index: SourceIndex, lead: IndexedTrack, { count, samples, times, bytesBefore }: KeyFrames): Measures {
  const others = index.tracks.filter((track) => track !== lead);
  const placeOf = (track: IndexedTrack, key: number): SamplePlace => {
    if (key === 0) return { sample: 0, bytesBefore: 0 };
    if (key >= count) return endOf(track);
    return locateSample(index, track, ((times[key] ?? 0) * track.timescale) / lead.timescale);
  };
  // Whole pages around a segment, which the directory states, fit into nearly every segment.
  const placesAround = (track: IndexedTrack, first: number, end: number): readonly [SamplePlace, SamplePlace] => {
    const pageAt = (key: number): number => findPage(index, track, ((times[key] ?? 0) * track.timescale) / lead.timescale, 'decodeTime');
    const next = end >= count ? track.pages : pageAt(end) + 1;
    const startOf = (page: number): SamplePlace => {
      const { firstSample, bytesBefore: before } = readPageEntry(index, track, page);
      return { sample: firstSample, bytesBefore: before };
    };
    return [startOf(first === 0 ? 0 : pageAt(first)), next >= track.pages ? endOf(track) : startOf(next)];
  };
  const keyPlace = (key: number): SamplePlace => ({ sample: samples[key] ?? 0, bytesBefore: bytesBefore[key] ?? 0 });
  const fits = (first: number, end: number): boolean => {
    const maxBytes = maxSegmentBytes(((times[end] ?? 0) - (times[first] ?? 0)) / lead.timescale);
    const left = maxBytes - packagedBytes(keyPlace(first), keyPlace(end));
    return left >= 0 && others.every((track) => {
      const fitsAround = packagedBytes(...placesAround(track, first, end)) <= left;
      return fitsAround || packagedBytes(placeOf(track, first), placeOf(track, end)) <= left;
    });
  };
  return { fits };
}

function endOf({ samples, mediaBytes }: IndexedTrack): SamplePlace {
  return { sample: samples, bytesBefore: mediaBytes };
}

/** Returns the maximum length of samples in a transport stream. In fragments they take less. */
function packagedBytes(first: SamplePlace, end: SamplePlace): number {
  return maxPacketBytes(end.sample - first.sample, end.bytesBefore - first.bytesBefore);
}

/** @param target ticks */
function chooseStarts({ count, times }: KeyFrames, { fits }: Measures, target: number): number[] {
  const starts = [0];
  const end = times[count] ?? 0;
  for (let start = 0; start < count; ) {
    let next = nearestKeyFrame(times, { first: start + 1, count, time: (times[start] ?? 0) + target });
    const isRestShort = next < count && end - (times[next] ?? 0) < target / 2;
    if (isRestShort && fits(start, count)) next = count;
    while (next > start + 1 && !fits(start, next)) next -= 1;
    if (!fits(start, next)) {
      throw new PackagingError('segment_too_large', `The group of pictures of key frame ${start} is larger than a segment may be.`);
    }
    if (next < count) starts.push(next);
    start = next;
  }
  return starts;
}

interface KeyFrameSearch {
  readonly first: number;
  readonly count: number;
  /** Ticks. */
  readonly time: number;
}

/** Returns the key frame, from `first` on, that is closest to a time; the end of the track if that is closer. */
function nearestKeyFrame(times: Float64Array, { first, count, time }: KeyFrameSearch): number {
  let [low, high] = [first, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  const isEarlierCloser = low > first && time - (times[low - 1] ?? 0) <= (times[low] ?? 0) - time;
  return isEarlierCloser ? low - 1 : low;
}
