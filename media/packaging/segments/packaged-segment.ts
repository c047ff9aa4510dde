import { type IndexedTrack, leadingTrack, type SourceIndex, type StoredPlan } from '../index/source-index.ts';
import { PackagingError } from '../packaging-error.ts';
import { playedSound } from '../qualification/sound-choice.ts';
import type { ByteRange } from './byte-range.ts';
import { maxSegmentBytes } from './plan-segments.ts';
import { readSegmentSamples, type SegmentSamples, segmentTimes } from './segment-samples.ts';

/** A segment before its media is read. */
export interface PackagedSegment {
  /** Parts of the source to read, in their order. */
  readonly ranges: readonly ByteRange[];
  /**
   * Makes the segment.
   *
   * @param read bytes of each range
   * @returns buffers to write one after another
   * @throws PackagingError `media_missing` if fewer bytes were read, `damaged_sample`
   */
  assemble(read: readonly Uint8Array[]): readonly Uint8Array[];
}

/** Position of a segment, and the tracks to put into it. */
export interface SegmentChoice {
  readonly plan: StoredPlan;
  /** Number of the segment, from 0. */
  readonly segment: number;
  /** Positions of tracks in the index. @default the leading track and, beside a video, the first sound track that is played */
  readonly tracks?: readonly number[];
  /** Maximum gap between ranges that are read in one request, bytes. @default 512 KiB */
  readonly joinGapBytes?: number;
}

/** Returns the chosen tracks. @throws PackagingError `no_tracks` for a position without a track, `unplayable_sound` */
export function chooseTracks(index: SourceIndex, positions?: readonly number[]): readonly IndexedTrack[] {
  const lead = leadingTrack(index);
  const ownChoice = (): readonly (IndexedTrack | undefined)[] => {
    const [sound] = lead?.kind === 'video' ? playedSound(index) : [];
    return [lead, ...(sound === undefined ? [] : [index.tracks[sound]])];
  };
  const tracks = positions?.map((position) => index.tracks[position]) ?? ownChoice();
  const found = tracks.filter((track) => track !== undefined);
  if (found.length === tracks.length && found.length > 0) return found;
  throw new PackagingError('no_tracks', `The index has no tracks ${positions?.join(', ') ?? ''}.`);
}

/** Reads the samples of a segment's tracks. @throws PackagingError `segment_too_large` */
export function readChosenSamples(index: SourceIndex, { plan, segment, tracks }: SegmentChoice): readonly SegmentSamples[] {
  const samples = chooseTracks(index, tracks).map((track) => readSegmentSamples(index, plan, segment, track));
  const { startSeconds, endSeconds } = segmentTimes(index, plan, segment);
  for (const { track, sizes } of samples) {
    // Planning has made sure of it, unless the index is damaged.
    if (sizes.reduce((sum, size) => sum + size, 0) > maxSegmentBytes(endSeconds - startSeconds))
      throw new PackagingError('segment_too_large', `Segment ${segment} of track ${track.id} is larger than a segment may be.`);
  }
  return samples;
}
