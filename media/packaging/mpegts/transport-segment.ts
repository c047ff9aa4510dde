import { TICKS_PER_SECOND } from '../../mpeg-ts/clock.ts';
import { writeProgramAssociation, writeProgramMap } from '../../mpeg-ts/program-map.ts';
import type { SourceIndex } from '../index/source-index.ts';
import { PackagingError } from '../packaging-error.ts';
import { type ByteRange, bytesAt, joinRanges } from '../segments/byte-range.ts';
import { type PackagedSegment, readChosenSamples, type SegmentChoice } from '../segments/packaged-segment.ts';
import { contiguousRuns, type SegmentSamples } from '../segments/segment-samples.ts';
import { type TrackStream, trackStreamOf } from './elementary-stream.ts';
import {
  counterAfter, countPackets, maxPacketBytes, PACKET_BYTES, type PacketStream, type PesContent, TransportWriter,
} from './transport-writer.ts';

const [MAP_PACKET_ID, FIRST_STREAM_ID] = [0x1000, 0x100];
/** Packets of the tables with which a segment begins. */
export const TABLE_PACKETS = 2;
/** Time for which a decoder may have a picture before it is decoded. */
const DELAY_TICKS = TICKS_PER_SECOND / 10;

/** A segment of a transport stream. Its length depends on the media. */
export interface TransportSegment extends PackagedSegment {
  /** Maximum length of the segment, bytes. */
  readonly maxBytes: number;
}

/** A track on its way into a segment. */
interface Stream extends PacketStream {
  readonly samples: SegmentSamples;
  readonly stream: TrackStream;
  /** Position of the next sample. */
  next: number;
  /** Decoding time of the next sample, ticks of the track. */
  time: number;
}

/**
 * Plans a segment of an MPEG-2 transport stream: RFC 8216, 3.2; ISO/IEC 13818-1. Every segment begins with the tables, each sample
 * is one PES packet, and counters continue from one segment to the next.
 *
 * @throws PackagingError `not_in_mpeg_ts`, `no_such_segment`, `no_tracks`, `segment_too_large`, `index_damaged`
 */
export function planTransportSegment(index: SourceIndex, choice: SegmentChoice): TransportSegment {
  const chosen = readChosenSamples(index, choice).map((samples) => ({ samples, stream: trackStreamOf(samples.track) }));
  const ranges = joinRanges(chosen.flatMap(({ samples }) => contiguousRuns(samples)), choice.joinGapBytes);
  let [packetBytes, largest] = [TABLE_PACKETS * PACKET_BYTES, 0];
  for (const { samples, stream } of chosen) {
    let content = 0;
    for (const size of samples.sizes) {
      const bytes = stream.maxBytes(size);
      content += bytes;
      largest = Math.max(largest, bytes);
    }
    packetBytes += maxPacketBytes(samples.count, content);
  }
  const assemble = (read: readonly Uint8Array[]): readonly Uint8Array[] => {
    const streams = chosen.map((track, position): Stream => ({
      ...track,
      packetId: FIRST_STREAM_ID + position,
      counter: 0,
      next: 0,
      time: track.samples.decodeTime,
    }));
    const writer = new TransportWriter(packetBytes, largest);
    writer.writeSection(0, writeProgramAssociation(MAP_PACKET_ID));
    const described = streams.map(({ packetId, stream: { type, descriptors } }) => ({ packetId, type, descriptors }));
    writer.writeSection(MAP_PACKET_ID, writeProgramMap(FIRST_STREAM_ID, described));
    for (let stream = earliest(streams); stream !== undefined; stream = earliest(streams))
      writeNextSample(writer, stream, { ranges, read });
    return [writer.packets()];
  };
  return { ranges, maxBytes: packetBytes, assemble };
}

/** Returns the stream whose next sample is decoded first; undefined at the end of all. */
function earliest(streams: readonly Stream[]): Stream | undefined {
  let [found, seconds]: [Stream | undefined, number] = [undefined, Infinity];
  for (const stream of streams) {
    const own = stream.next < stream.samples.count ? stream.time / stream.samples.track.timescale : Infinity;
    if (own < seconds) [found, seconds] = [stream, own];
  }
  return found;
}

interface ReadBytes {
  readonly ranges: readonly ByteRange[];
  readonly read: readonly Uint8Array[];
}

function writeNextSample(writer: TransportWriter, stream: Stream, { ranges, read }: ReadBytes): void {
  const { samples, next, time, packetId } = stream;
  const range = { offset: samples.offsets[next] ?? 0, length: samples.sizes[next] ?? 0 };
  const sample = bytesAt(ranges, read, range);
  if (sample === undefined && range.length > 0)
    throw new PackagingError('media_missing', `The source has no ${range.length} bytes at ${range.offset}.`);
  const isKey = samples.keys[next] === 1;
  const end = stream.stream.write({ sample: sample ?? new Uint8Array(), isKey }, writer.buffer, writer.contentOffset);
  const { decodingTime, ...presented } = timesOf(samples, next, time);
  const pes = {
    streamId: stream.stream.streamId,
    ...presented,
    decodingTime,
    // The first stream carries the clock: a decoder reads ahead of it.
    clock: packetId === FIRST_STREAM_ID ? Math.max(0, decodingTime - DELAY_TICKS) : undefined,
    isKey,
    isLast: next === samples.count - 1,
  };
  writer.writePes(stream, pes, end);
  stream.time += samples.durations[next] ?? 0;
  stream.next += 1;
}

/** Returns when a sample is presented and decoded, 90 kHz. @param decodeTime ticks of the track */
function timesOf(
  { track, compositionOffsets }: SegmentSamples,
  sample: number,
  decodeTime: number,
): Pick<PesContent, 'time' | 'decodingTime'> {
  const ticksOf = (value: number): number => Math.round((value * TICKS_PER_SECOND) / track.timescale);
  return { time: ticksOf(decodeTime + (compositionOffsets[sample] ?? 0)), decodingTime: ticksOf(decodeTime) };
}

/**
 * Counts the packets that the samples of a track take in a segment, without reading them, the segment's tables not included.
 *
 * @param isFirst whether the track is the first one of the segment, and carries the clock
 */
export function countTrackPackets(samples: SegmentSamples, { expectedBytes }: TrackStream, isFirst: boolean): number {
  let [all, counter, time] = [0, 0, samples.decodeTime];
  for (let sample = 0; sample < samples.count; sample += 1) {
    const isKey = samples.keys[sample] === 1;
    const contentBytes = expectedBytes(samples.sizes[sample] ?? 0, isKey);
    const isLast = sample === samples.count - 1;
    const packets = countPackets({ ...timesOf(samples, sample, time), contentBytes, isKey, isLast, hasClock: isFirst }, counter);
    counter = counterAfter(counter, packets);
    all += packets;
    time += samples.durations[sample] ?? 0;
  }
  return all;
}
