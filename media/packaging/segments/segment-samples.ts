import { findPage, readPage } from '../index/page-directory.ts';
import { PLAN_ENTRY_BYTES } from '../index/index-file.ts';
import type { SamplePage } from '../index/sample-page.ts';
import { type IndexedTrack, leadingTrack, type SourceIndex, type StoredPlan } from '../index/source-index.ts';
import { PackagingError } from '../packaging-error.ts';
import type { ByteRange } from './byte-range.ts';
import { locateSample } from './locate-sample.ts';

/** When a segment plays. */
export interface SegmentTimes {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** Samples of one track in one segment. */
export interface SegmentSamples extends SamplePage {
  readonly track: IndexedTrack;
  /** Decoding time of the first one, ticks; the start of the segment if there is none. */
  readonly decodeTime: number;
}

/**
 * Returns when a segment plays: from its first picture to that of the next segment, the last one to the end of the longest track.
 *
 * @throws PackagingError `no_such_segment`
 */
export function segmentTimes(index: SourceIndex, plan: StoredPlan, segment: number): SegmentTimes {
  const lead = requireSegment(index, plan, segment);
  const isLast = segment === plan.segments - 1;
  const end = Math.max(...index.tracks.map(({ endTime, timescale }) => endTime / timescale));
  const startSeconds = startTicks(plan, segment) / lead.timescale;
  return { startSeconds, endSeconds: isLast ? end : startTicks(plan, segment + 1) / lead.timescale };
}

/**
 * Reads the samples of a track that belong to a segment. Takes time by their number, not by the track's length.
 *
 * @returns samples in decoding order; none if the track has none in the segment's time
 * @throws PackagingError `no_such_segment`, `index_damaged`
 */
export function readSegmentSamples(index: SourceIndex, plan: StoredPlan, segment: number, track: IndexedTrack): SegmentSamples {
  const lead = requireSegment(index, plan, segment);
  const startOf = (number: number): number => {
    if (number === 0) return 0;
    if (number >= plan.segments) return track.samples;
    if (track === lead) return plan.view.getUint32(number * PLAN_ENTRY_BYTES, true);
    return locateSample(index, track, (startTicks(plan, number) * track.timescale) / lead.timescale).sample;
  };
  const [first, end] = [startOf(segment), startOf(segment + 1)];
  if (end > first) return readSamples(index, track, first, end);
  return { ...EMPTY, track, decodeTime: Math.round((startTicks(plan, segment) * track.timescale) / lead.timescale) };
}

function requireSegment(index: SourceIndex, plan: StoredPlan, segment: number): IndexedTrack {
  const lead = leadingTrack(index);
  if (lead !== undefined && Number.isInteger(segment) && segment >= 0 && segment < plan.segments) return lead;
  throw new PackagingError('no_such_segment', `There is no segment ${segment}: the source has ${plan.segments}.`);
}

function startTicks({ view }: StoredPlan, segment: number): number {
  return view.getFloat64(segment * PLAN_ENTRY_BYTES + 4, true);
}

const EMPTY = {
  count: 0,
  offsets: new Float64Array(),
  sizes: new Uint32Array(),
  durations: new Uint32Array(),
  compositionOffsets: new Uint32Array(),
  keys: new Uint8Array(),
};

function readSamples(index: SourceIndex, track: IndexedTrack, first: number, end: number): SegmentSamples {
  let decodeTime = 0;
  const parts: SamplePage[] = [];
  let [page, sample] = [findPage(index, track, first, 'firstSample'), first];
  while (sample < end) {
    if (page >= track.pages) throw new PackagingError('index_damaged', 'A track has fewer samples than its segments.');
    const { entry, ...samples } = readPage(index, track, page);
    const from = sample - entry.firstSample;
    if (sample === first) decodeTime = samples.durations.subarray(0, from).reduce((time, ticks) => time + ticks, entry.decodeTime);
    parts.push(partOf(samples, from, Math.min(samples.count, end - entry.firstSample)));
    sample = entry.firstSample + samples.count;
    page += 1;
  }
  return { ...joinParts(parts), track, decodeTime };
}

function partOf(page: SamplePage, from: number, to: number): SamplePage {
  return {
    count: to - from,
    offsets: page.offsets.subarray(from, to),
    sizes: page.sizes.subarray(from, to),
    durations: page.durations.subarray(from, to),
    compositionOffsets: page.compositionOffsets.subarray(from, to),
    keys: page.keys.subarray(from, to),
  };
}

function joinParts(parts: readonly SamplePage[]): SamplePage {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const joined = {
    count,
    offsets: new Float64Array(count),
    sizes: new Uint32Array(count),
    durations: new Uint32Array(count),
    compositionOffsets: new Uint32Array(count),
    keys: new Uint8Array(count),
  };
  let at = 0;
  for (const part of parts) {
    joined.offsets.set(part.offsets, at);
    joined.sizes.set(part.sizes, at);
    joined.durations.set(part.durations, at);
    joined.compositionOffsets.set(part.compositionOffsets, at);
    joined.keys.set(part.keys, at);
    at += part.count;
  }
  return joined;
}

/** Lists the parts of the source that hold samples, in decoding order, each as long as samples follow each other. */
export function contiguousRuns({ count, offsets, sizes }: SamplePage): readonly ByteRange[] {
  const runs: ByteRange[] = [];
  let [start, end] = [offsets[0] ?? 0, offsets[0] ?? 0];
  for (let sample = 0; sample < count; sample += 1) {
    const offset = offsets[sample] ?? 0;
    if (offset !== end) {
      runs.push({ offset: start, length: end - start });
      start = offset;
    }
    end = offset + (sizes[sample] ?? 0);
  }
  if (end > start) runs.push({ offset: start, length: end - start });
  return runs.filter(({ length }) => length > 0);
}
