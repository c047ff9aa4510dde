import type { ByteSource } from '../byte-source.ts';
import { trackAt, type TrackPlace } from '../containers/choose-video.ts';
import { findTransportPackets } from '../containers/mpeg-ts.ts';
import type { Size } from '../display-size.ts';
import { type FrameTimes, inPresentationOrder } from '../frame-rate/frame-times.ts';
import { WINDOW_BYTES, windowOffsets } from '../frame-rate/sample-windows.ts';
import type { StatedPicture } from '../picture/picture.ts';
import { findStatedPicture } from '../picture/stated-picture.ts';
import { isJump, mayReorder, stepBetween, TICKS_PER_SECOND } from './clock.ts';
import { countPictures } from './count-pictures.ts';
import { parsePesHeader, type PesHeader } from './pes-header.ts';
import { type ElementaryStream, findVideoProgram, isVideoStream } from './program-map.ts';
import { videoCodec } from './stream-codecs.ts';
import { type TransportPacket, transportPackets } from './transport-packet.ts';

/** Share of PES packets that may hold another number of pictures than the rest. */
const MAX_EXCEPTIONS = 0.05;

/** A PES packet of a video. */
interface Unit {
  readonly time: number | undefined;
  readonly decodingTime: number | undefined;
  /** Number of pictures, if it is known. */
  readonly pictures: number | undefined;
  readonly size: StatedPicture | undefined;
}

/** Properties of a video that a transport stream states. */
export interface PesVideo {
  /** Undefined if the timestamps are not those of single frames. */
  readonly frameTimes: FrameTimes | undefined;
  /** Size of the first key frame. */
  readonly size: Size | undefined;
  /** Whether its samples use the full range of code values; undefined if not stated. */
  readonly fullRange: boolean | undefined;
}

/**
 * Reads times and size of a transport stream's video, at its start, in the middle and at the end: ISO/IEC
 * 13818-1, 2.4.3.7.
 *
 * @param place position of the video among the video streams
 * @returns undefined if no video is declared
 */
export async function readPesVideo(source: ByteSource, place: TrackPlace): Promise<PesVideo | undefined> {
  const offsets = windowOffsets(0, source.size);
  const complete = offsets.length === 1;
  let stream: ElementaryStream | undefined;
  const stretches: number[][] = [];
  let sequence: StatedPicture | undefined;
  let ofFrames = true;
  for (const offset of offsets) {
    const bytes = await source.read(offset, complete ? source.size : WINDOW_BYTES);
    const layout = findTransportPackets(bytes);
    if (layout === undefined) continue;
    stream ??= trackAt(findVideoProgram(transportPackets(bytes, layout))?.filter(isVideoStream) ?? [], place);
    if (stream === undefined) return undefined;
    const units = [...unitsOf(stream, transportPackets(bytes, layout))];
    sequence ??= units.find((unit) => unit.size !== undefined)?.size;
    ofFrames &&= areFrames(units);
    // A recording may itself begin and end anywhere.
    const cuts = { before: true, after: true };
    stretches.push(...continuousTimes(units).map((times) => inPresentationOrder(times, cuts)));
  }
  const size = sequence && { width: sequence.width, height: sequence.height };
  const frameTimes = ofFrames ? { ticksPerSecond: TICKS_PER_SECOND, stretches, complete } : undefined;
  return { frameTimes, size, fullRange: sequence?.fullRange };
}

function* unitsOf({ type, packetId: wanted }: ElementaryStream, packets: Iterable<TransportPacket>): Generator<Unit> {
  let header: PesHeader | undefined;
  let payloads: Uint8Array[] | undefined;
  for (const { packetId, startsUnit, payload } of packets) {
    if (packetId !== wanted) continue;
    if (startsUnit) {
      if (payloads !== undefined) yield describeUnit(type, header, payloads);
      header = parsePesHeader(payload);
      payloads = header === undefined ? undefined : [payload.subarray(header.size)];
    } else payloads?.push(payload);
  }
  // A cut may leave only the beginning of the last unit, which still has its time.
  if (payloads !== undefined) yield { ...describeUnit(type, header, payloads), pictures: undefined };
}

function describeUnit(type: number, header: PesHeader | undefined, payloads: readonly Uint8Array[]): Unit {
  const bytes = Buffer.concat(payloads);
  const codec = videoCodec(type);
  const { time, decodingTime } = header ?? {};
  return { time, decodingTime, pictures: countPictures(type, bytes), size: codec && findStatedPicture(codec, bytes) };
}

/** Returns whether each packet holds one frame: one picture, or always two fields. */
function areFrames(units: readonly Unit[]): boolean {
  const counts = units.flatMap(({ pictures }) => (pictures === undefined ? [] : [pictures]));
  const share = (count: number): number => counts.filter((pictures) => pictures !== count).length / counts.length;
  return counts.length === 0 || share(1) <= MAX_EXCEPTIONS || share(2) <= MAX_EXCEPTIONS;
}

/** Splits times where the clock jumps, and continues them where it wraps. */
function continuousTimes(units: readonly Unit[]): number[][] {
  const stretches: number[][] = [];
  const reorders = mayReorder(units.flatMap(({ decodingTime }) => decodingTime ?? []));
  let earlier: { readonly raw: number; readonly continuous: number } | undefined;
  for (const { time, decodingTime } of units) {
    if (time === undefined || decodingTime === undefined) continue;
    const step = earlier === undefined ? 0 : stepBetween(earlier.raw, decodingTime);
    const continues = earlier !== undefined && !isJump(step, reorders);
    const continuous: number = continues ? (earlier?.continuous ?? 0) + step : decodingTime;
    const shown = continuous + stepBetween(decodingTime, time);
    const stretch = stretches.at(-1);
    if (stretch === undefined || !continues) stretches.push([shown]);
    else stretch.push(shown);
    earlier = { raw: decodingTime, continuous };
  }
  return stretches;
}
