import { IsobmffError } from '../../isobmff/isobmff-error.ts';
import { fmp4SegmentBytes } from '../fmp4/media-segment.ts';
import { MEASURES_BYTES } from '../index/index-file.ts';
import type { IndexedTrack, SourceIndex, StoredPlan } from '../index/source-index.ts';
import { type TrackStream, trackStreamOf } from '../mpegts/elementary-stream.ts';
import { countTrackPackets } from '../mpegts/transport-segment.ts';
import { PackagingError } from '../packaging-error.ts';
import { readSegmentSamples, type SegmentSamples } from '../segments/segment-samples.ts';

/** Figures of a segment of one track, for playlists. */
export interface SegmentMeasures {
  /** Earliest presentation time of its samples, ticks; NaN for a segment without samples. */
  readonly startTime: number;
  /** Length as a fragment with this track alone, bytes. */
  readonly fmp4Bytes: number;
  /** Packets of a transport stream in which the track is the first one; 0 if it has no place there. */
  readonly firstPackets: number;
  /** The same for a track that is not the first one. */
  readonly otherPackets: number;
}

const [START_TIME, FMP4_BYTES, FIRST_PACKETS, OTHER_PACKETS] = [0, 8, 16, 20];
const MAX_UINT32 = 0xffff_ffff;

/**
 * Measures the segments of a plan, track by track: little-endian, one entry of `MEASURES_BYTES` for each. Takes a step for each
 * sample; an index holds the measures of its own plan.
 */
export function writeSegmentMeasures(index: SourceIndex, plan: StoredPlan): Uint8Array {
  const measures = new Uint8Array(index.tracks.length * plan.segments * MEASURES_BYTES);
  const view = new DataView(measures.buffer);
  for (const [position, track] of index.tracks.entries()) {
    const stream = streamIfAny(track);
    for (let segment = 0; segment < plan.segments; segment += 1) {
      const samples = readSegmentSamples(index, plan, segment, track);
      const at = (position * plan.segments + segment) * MEASURES_BYTES;
      view.setFloat64(at + START_TIME, startTimeOf(samples), true);
      view.setFloat64(at + FMP4_BYTES, fmp4SegmentBytes(samples), true);
      if (stream === undefined) continue;
      view.setUint32(at + FIRST_PACKETS, Math.min(MAX_UINT32, countTrackPackets(samples, stream, true)), true);
      view.setUint32(at + OTHER_PACKETS, Math.min(MAX_UINT32, countTrackPackets(samples, stream, false)), true);
    }
  }
  return measures;
}

/** Returns how a track is carried in a transport stream; undefined if it cannot be. */
function streamIfAny(track: IndexedTrack): TrackStream | undefined {
  try {
    return trackStreamOf(track);
  } catch (error) {
    if (error instanceof PackagingError || error instanceof IsobmffError) return undefined;
    throw error;
  }
}

function startTimeOf({ count, decodeTime, durations, compositionOffsets }: SegmentSamples): number {
  let [start, time] = [Infinity, decodeTime];
  for (let sample = 0; sample < count; sample += 1) {
    start = Math.min(start, time + (compositionOffsets[sample] ?? 0));
    time += durations[sample] ?? 0;
  }
  return count === 0 ? Number.NaN : start;
}

/** Returns the measures of a plan: the stored ones if it is the plan of the index. */
export function planMeasures(index: SourceIndex, plan: StoredPlan): DataView {
  if (plan === index.plan) return index.measures;
  return new DataView(writeSegmentMeasures(index, plan).buffer);
}

/** Reads the measures of a segment of the track at a position. */
export function readSegmentMeasures(measures: DataView, { segments }: StoredPlan, position: number, segment: number): SegmentMeasures {
  const at = (position * segments + segment) * MEASURES_BYTES;
  return {
    startTime: measures.getFloat64(at + START_TIME, true),
    fmp4Bytes: measures.getFloat64(at + FMP4_BYTES, true),
    firstPackets: measures.getUint32(at + FIRST_PACKETS, true),
    otherPackets: measures.getUint32(at + OTHER_PACKETS, true),
  };
}
