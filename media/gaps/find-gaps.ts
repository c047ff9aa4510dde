import { dataPacketMarks } from '../asf/data-packet-marks.ts';
import type { ByteSource } from '../byte-source.ts';
import { findAsfPackets } from '../containers/asf.ts';
import type { TrackPlace } from '../containers/choose-video.ts';
import { tagMarks } from '../flv/tag-marks.ts';
import { clusterMarks } from '../matroska/cluster-marks.ts';
import { readElement } from '../matroska/ebml.ts';
import { EBML_HEADER, findSegment, type Segment } from '../matroska/segment.ts';
import { readSegmentHead } from '../matroska/tracks.ts';
import { TICKS_PER_SECOND } from '../mpeg-ts/clock.ts';
import { findTripletGaps } from '../mxf/triplet-gaps.ts';
import { packMarks } from '../mpeg-ps/pack-marks.ts';
import { packetMarks } from '../mpeg-ts/packet-marks.ts';
import { pageMarks } from '../ogg/page-marks.ts';
import { findIndexGaps } from '../riff/index-gaps.ts';
import { collectDamage, type ContainerClock } from './collect-gaps.ts';
import type { FoundDamage, Part, ReadMarks } from './gap.ts';
import { LARGE_PARTS, type PartSizes, readParts } from './read-parts.ts';

/** Clock of MPEG streams, whose timestamps have 33 bits: ISO/IEC 13818-1, 2.4.3.7. */
const MPEG_CLOCK: ContainerClock = { wrapSeconds: 2 ** 33 / TICKS_PER_SECOND };

/**
 * Finds damaged and missing parts of a file by the structure of its container: where bytes are no packets, or packets are
 * missing by their numbers. Reads files of up to 128 MiB completely, and evenly spaced parts of larger ones.
 *
 * @param place position of the video among the video streams
 * @returns no gaps for containers whose structure is not read here
 */
export async function findGaps(container: string, source: ByteSource, place: TrackPlace): Promise<FoundDamage> {
  if (container === 'avi') return { gaps: await findIndexGaps(source, place) };
  if (container === 'mxf') return { gaps: await findTripletGaps(source) };
  const media = await findMarks(container, source);
  if (media === undefined) return { gaps: [] };
  const { readMarks, part = { start: 0, end: source.size }, sizes, clock = {} } = media;
  return collectDamage(await readParts(part, readMarks, sizes), clock);
}

interface MarkedMedia {
  readonly readMarks: ReadMarks;
  /** Bytes that hold media. @default all */
  readonly part?: Part;
  /** Parts to read of a large file. @default 64 of 2 MiB */
  readonly sizes?: PartSizes;
  /** @default one that never wraps */
  readonly clock?: ContainerClock;
}

async function findMarks(container: string, source: ByteSource): Promise<MarkedMedia | undefined> {
  switch (container) {
    case 'mpegts': {
      const readMarks = await packetMarks(source);
      return readMarks && { readMarks, clock: MPEG_CLOCK };
    }
    case 'mpegps':
      return { readMarks: packMarks(source), clock: MPEG_CLOCK };
    case 'matroska':
    case 'webm':
      return matroskaMarks(source);
    case 'flv': {
      const readMarks = await tagMarks(source);
      return readMarks && { readMarks };
    }
    case 'asf':
      return asfMarks(source);
    case 'ogg':
      return { readMarks: await pageMarks(source) };
    default:
      return undefined;
  }
}

async function asfMarks(source: ByteSource): Promise<MarkedMedia | undefined> {
  const packets = await findAsfPackets(source);
  if (packets === undefined) return undefined;
  const { first, end = source.size } = packets;
  return { readMarks: dataPacketMarks(source, packets), part: { start: first, end: Math.min(end, source.size) } };
}

async function matroskaMarks(source: ByteSource): Promise<MarkedMedia | undefined> {
  const segment = await findSegment(source);
  const head = segment && (await readSegmentHead(source, segment));
  if (segment === undefined || head === undefined) return undefined;
  const end = (await isJoined(source, segment)) ? source.size : Math.min(segment.end ?? source.size, source.size);
  return { readMarks: clusterMarks(source, end, head), part: { start: head.firstCluster, end }, sizes: LARGE_PARTS };
}

/** Returns whether another file follows the segment. */
async function isJoined(source: ByteSource, { end = source.size }: Segment): Promise<boolean> {
  return end < source.size && (await readElement(source, end))?.id === EBML_HEADER;
}
