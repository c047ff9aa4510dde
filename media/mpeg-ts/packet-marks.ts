import type { ByteSource } from '../byte-source.ts';
import { findTransportPackets } from '../containers/mpeg-ts.ts';
import { MarkList, type MarkedPart, type ReadMarks } from '../gaps/gap.ts';
import { TICKS_PER_SECOND } from './clock.ts';
import { parsePesHeader } from './pes-header.ts';
import { PicturePackets } from './picture-packets.ts';
import { ProgramChanges } from './program-changes.ts';
import { type ElementaryStream, findVideoProgram, isVideoStream } from './program-map.ts';
import { audioCodec } from './stream-codecs.ts';
import { transportPackets } from './transport-packet.ts';

const SYNC_BYTE = 0x47;
const PACKET_BYTES = 188;
const HEAD_BYTES = 1024 * 1024;
/** Number of packets that are read at once. */
const PACKETS_PER_READ = 8192;
/** Number of sync bytes in a row that mark packets. */
const SYNC_BYTES = 3;

/**
 * Returns a reader of a transport stream's timestamps, which finds bytes outside packets and packets that are missing by
 * their counters: ISO/IEC 13818-1, 2.4.3.3. Returns undefined for a stream whose program is unknown.
 */
export async function packetMarks(source: ByteSource): Promise<ReadMarks | undefined> {
  const head = await source.read(0, HEAD_BYTES);
  const layout = findTransportPackets(head);
  const program = layout && findVideoProgram(transportPackets(head, layout));
  if (layout === undefined || program === undefined) return undefined;
  const kept = program.filter((stream) => isVideoStream(stream) || audioCodec(stream) !== undefined);
  const streams = new Set(kept.map(({ packetId }) => packetId));
  const picture = kept.find(isVideoStream);
  return ({ start, end }) => readMarks(source, { start, end, packetBytes: layout.packetBytes, streams, picture });
}

interface Scan {
  readonly start: number;
  readonly end: number;
  readonly packetBytes: number;
  /** Packet ids of video and audio. */
  readonly streams: ReadonlySet<number>;
  readonly picture: ElementaryStream | undefined;
}

async function readMarks(source: ByteSource, { start, end, packetBytes, streams: first, picture: firstPicture }: Scan): Promise<MarkedPart> {
  const list = new MarkList();
  const counters = new Map<number, number>();
  const changes = new ProgramChanges();
  const streams = new Set(first);
  let picture = firstPicture;
  let pictures = picture && new PicturePackets(picture);
  let at = start;
  let isSynced = false;
  let brokenFrom = start;
  while (at < end) {
    const bytes = await source.read(at, Math.min(packetBytes * PACKETS_PER_READ, end - at));
    const isLast = at + bytes.length >= end;
    let position = 0;
    while (position + packetBytes <= bytes.length) {
      if (isSynced && bytes[position] === SYNC_BYTE) {
        const packet = bytes.subarray(position, position + PACKET_BYTES);
        const others = changes.add(packet);
        if (others !== undefined) {
          list.change();
          for (const { packetId } of others) streams.add(packetId);
          picture = others.find(isVideoStream) ?? picture;
          pictures = picture && new PicturePackets(picture);
        }
        readPacket(packet, { streams, counters, list });
        const shown = picture && packetIdOf(packet) === picture.packetId ? pictures?.add(packet) : undefined;
        if (shown !== undefined) list.picture(packetIdOf(packet), shown);
        position += packetBytes;
        continue;
      }
      if (isSynced) brokenFrom = at + position;
      const next = findSync(bytes, position, packetBytes);
      isSynced = next !== undefined;
      // The next read repeats packets too few to show that they are packets.
      position = next ?? Math.max(position + 1, bytes.length - packetBytes * SYNC_BYTES);
      if (next === undefined) break;
      // Packets are missing with those bytes.
      counters.clear();
      const broken = at + next - brokenFrom;
      if (brokenFrom > start || broken >= packetBytes) list.break(broken, { isBegin: brokenFrom === start });
    }
    if (bytes.length === 0 || (isLast && position + packetBytes > bytes.length)) break;
    if (isLast && !isSynced) break;
    at += position;
  }
  const left = end - brokenFrom;
  if (!isSynced && left > packetBytes * SYNC_BYTES) list.break(left, { isBegin: brokenFrom === start, isEnd: true });
  return list;
}

/** Finds where packets begin again: several sync bytes at the distance of packets. */
function findSync(bytes: Uint8Array, from: number, packetBytes: number): number | undefined {
  for (let at = bytes.indexOf(SYNC_BYTE, from); at >= 0; at = bytes.indexOf(SYNC_BYTE, at + 1)) {
    let count = 1;
    while (count < SYNC_BYTES && bytes[at + count * packetBytes] === SYNC_BYTE) count += 1;
    if (count === SYNC_BYTES) return at;
  }
  return undefined;
}

function readPacket(
  packet: Uint8Array,
  { streams, counters, list }: { readonly streams: ReadonlySet<number>; readonly counters: Map<number, number>; readonly list: MarkList },
): void {
  const [, high = 0, , flags = 0, adaptation = 0, adaptationFlags = 0] = packet;
  const packetId = packetIdOf(packet);
  if (!streams.has(packetId)) return;
  const hasPayload = (flags & 0x10) !== 0;
  const hasAdaptation = (flags & 0x20) !== 0;
  const isAnnounced = hasAdaptation && adaptation > 0 && (adaptationFlags & 0x80) !== 0;
  const counter = flags & 0x0f;
  const earlier = counters.get(packetId);
  counters.set(packetId, counter);
  // A packet without payload repeats the counter, and any packet may be sent twice.
  const isNext = earlier === undefined || isAnnounced || counter === earlier || (hasPayload && counter === ((earlier + 1) & 0x0f));
  if (!isNext || (high & 0x80) !== 0) list.break(0);
  const begin = 4 + (hasAdaptation ? 1 + adaptation : 0);
  const startsUnit = hasPayload && (high & 0x40) !== 0 && (flags & 0xc0) === 0 && begin < PACKET_BYTES;
  const time = startsUnit ? parsePesHeader(packet.subarray(begin))?.time : undefined;
  if (time !== undefined) list.time(packetId, time / TICKS_PER_SECOND);
}

function packetIdOf([, high = 0, low = 0]: Uint8Array): number {
  return (high & 0x1f) * 256 + low;
}
