import type { Segment } from '../../segments.ts';
import type { IndexedTrack } from '../index/source-index.ts';
import { trackStreamOf } from '../mpegts/elementary-stream.ts';
import { TABLE_PACKETS } from '../mpegts/transport-segment.ts';
import { PACKET_BYTES } from '../mpegts/transport-writer.ts';
import { PackagingError } from '../packaging-error.ts';
import { segmentTimes } from '../segments/segment-samples.ts';
import type { SegmentSpan } from './clip.ts';
import { endOf, type Film } from './film.ts';
import { readSegmentMeasures, type SegmentMeasures } from './segment-measures.ts';
import { type StreamName, writeStreamName } from './stream-address.ts';

/** Entry of a playlist for a segment. */
export interface ListedSegment extends Pick<Segment, 'size' | 'startSeconds' | 'durationSeconds' | 'durationTicks'> {
  /** Number in addresses. */
  readonly number: number;
  /** Earliest presentation time, ticks of the first track. */
  readonly startTicks: number;
  /** True for the first segment of every piece of a clip but the first piece. */
  readonly isDiscontinuous: boolean;
  /** False for a segment in whose time the track has no samples. */
  readonly hasSamples: boolean;
}

/** Content of a media playlist. */
export interface ListedStream {
  readonly name: StreamName;
  readonly tracks: readonly IndexedTrack[];
  readonly segments: readonly ListedSegment[];
  /**
   * True if each segment can be decoded without the others: RFC 8216, 4.3.5.1. Pictures that are presented before the first key
   * frame of their segment may depend on earlier segments.
   */
  readonly areIndependent: boolean;
}

/**
 * Lists the segments of a stream: one track, or in a transport stream the leading track and a sound track.
 *
 * @throws PackagingError `no_tracks` for a stream that no playlist lists, `not_in_mpeg_ts`
 */
export function listStream(film: Film, name: StreamName): ListedStream {
  const tracks = tracksOf(film, name);
  if (name.container === 'ts') for (const track of tracks) trackStreamOf(track);
  const [first] = name.tracks;
  const times = film.times[first ?? -1];
  const [track] = tracks;
  if (first === undefined || times === undefined || track === undefined) throw noStream(name);
  const segments = film.spans.flatMap((span, piece) => {
    const shown = shownPart(span, times.count);
    return Array.from({ length: shown.end - shown.first }, (_, at): ListedSegment => {
      const segment = shown.first + at;
      const startTicks = times.starts[segment] ?? 0;
      const durationTicks = durationOf(film, tracks, segment, endOf(times, segment) - startTicks);
      return {
        number: film.firstNumber + segment,
        startTicks,
        durationTicks,
        startSeconds: startTicks / track.timescale,
        durationSeconds: durationTicks / track.timescale,
        size: sizeOf(film, name, segment),
        isDiscontinuous: piece > 0 && at === 0,
        hasSamples: !Number.isNaN(measuresOf(film, first, segment).startTime),
      };
    });
  });
  return { name, tracks, segments, areIndependent: areIndependent(film, track, segments) };
}

function tracksOf({ index, lead }: Film, name: StreamName): readonly IndexedTrack[] {
  const tracks = name.tracks.map((position) => index.tracks[position]).filter((track) => track !== undefined);
  const isOne = tracks.length === 1;
  const [first, second, third] = tracks;
  const isPair = first === lead && lead.kind === 'video' && second?.kind === 'audio' && third === undefined;
  const isMuxed = name.container === 'ts' && isPair;
  if (tracks.length === name.tracks.length && (isOne || isMuxed)) return tracks;
  throw noStream(name);
}

function noStream(name: StreamName): PackagingError {
  return new PackagingError('no_tracks', `The film has no stream ${writeStreamName(name)}.`);
}

/** Leaves out the segments after the end of a track, unless the piece has no others. */
function shownPart({ first, end }: SegmentSpan, count: number): SegmentSpan {
  return { first, end: count > first ? Math.min(end, count) : end };
}

/** Returns a segment's duration: the last one of several tracks ends with the longest of them. Ticks of the first track. */
function durationOf({ plan }: Film, tracks: readonly IndexedTrack[], segment: number, own: number): number {
  if (segment < plan.segments - 1 || tracks.length === 1) return own;
  const [first] = tracks;
  const longest = Math.max(...tracks.map(({ endTime, timescale }) => (endTime * (first?.timescale ?? 1)) / timescale));
  return own + Math.max(0, longest - (first?.endTime ?? 0));
}

function measuresOf({ measures, plan }: Film, position: number, segment: number): SegmentMeasures {
  return readSegmentMeasures(measures, plan, position, segment);
}

function sizeOf(film: Film, { container, tracks }: StreamName, segment: number): number {
  const measures = tracks.map((position) => measuresOf(film, position, segment));
  if (container === 'fmp4') return measures[0]?.fmp4Bytes ?? 0;
  const packets = measures.map(({ firstPackets, otherPackets }, at) => (at === 0 ? firstPackets : otherPackets));
  return PACKET_BYTES * packets.reduce((sum, count) => sum + count, TABLE_PACKETS);
}

function areIndependent({ index, plan, lead, firstNumber }: Film, track: IndexedTrack, segments: readonly ListedSegment[]): boolean {
  if (!track.hasLeadingPictures) return true;
  if (track !== lead) return false;
  return segments.every(({ number, startSeconds }) => startSeconds === segmentTimes(index, plan, number - firstNumber).startSeconds);
}
