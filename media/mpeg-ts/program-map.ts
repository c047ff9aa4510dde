import { crc32 } from '../crc32.ts';
import { concatBytes, u16, u32, u8 } from '../byte-writer.ts';
import type { TransportPacket } from './transport-packet.ts';

const ASSOCIATION_PACKET_ID = 0;
const MAP_TABLE = 2;

/** A descriptor of an elementary stream: ISO/IEC 13818-1, 2.6. */
export interface Descriptor {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** An elementary stream of a program: ISO/IEC 13818-1, 2.4.4.8. */
export interface ElementaryStream {
  readonly packetId: number;
  /** `stream_type`: Table 2-34. */
  readonly type: number;
  readonly descriptors: readonly Descriptor[];
}

/** Types of video: MPEG-1, MPEG-2, MPEG-4 Part 2, H.264, H.265, H.266, and VC-1 (registered by SMPTE). */
const VIDEO_TYPES: ReadonlySet<number> = new Set([0x01, 0x02, 0x10, 0x1b, 0x24, 0x33, 0xea]);

export function isVideoStream({ type }: ElementaryStream): boolean {
  return VIDEO_TYPES.has(type);
}

const CAPTION_SERVICE = 0x86;

/** Returns the number of caption services that a stream declares: ATSC A/65, 6.9.2. */
export function captionServices({ descriptors }: ElementaryStream): number {
  return descriptors.reduce((sum, { tag, content }) => sum + (tag === CAPTION_SERVICE ? (content[0] ?? 0) & 0x1f : 0), 0);
}

/** Finds the streams of the first program map with a video. */
export function findVideoProgram(packets: Iterable<TransportPacket>): readonly ElementaryStream[] | undefined {
  const tables = new ProgramTables();
  for (const packet of packets) {
    const streams = tables.add(packet)?.streams;
    if (streams?.some(isVideoStream)) return streams;
  }
  return undefined;
}

/** A program and its streams. */
export interface ProgramMap {
  readonly program: number;
  readonly streams: readonly ElementaryStream[];
}

/** Reads the tables of a transport stream from its packets, in file order. */
export class ProgramTables {
  #maps = new Set<number>();
  readonly #begun = new Map<number, Uint8Array>();

  /** @returns the map that a packet completes */
  add(packet: TransportPacket): ProgramMap | undefined {
    const { packetId } = packet;
    if (packetId !== ASSOCIATION_PACKET_ID && !this.#maps.has(packetId)) return undefined;
    const section = continueSection(this.#begun.get(packetId), packet);
    if (section === undefined) return undefined;
    this.#begun.set(packetId, section);
    if (section.length < sectionEnd(section) + CRC_BYTES) return undefined;
    this.#begun.delete(packetId);
    if (packetId === ASSOCIATION_PACKET_ID) this.#maps = mapPacketIds(section);
    else if (section[0] === MAP_TABLE) return { program: (section[3] ?? 0) * 256 + (section[4] ?? 0), streams: streamsOf(section) };
    return undefined;
  }
}

/**
 * Returns the part of a section that has arrived: a table may take several packets. A packet's first byte states where a
 * section begins: 2.4.4.2.
 */
function continueSection(begun: Uint8Array | undefined, { startsUnit, payload }: TransportPacket): Uint8Array | undefined {
  if (payload.length === 0) return begun;
  if (startsUnit) return payload.subarray(1 + (payload[0] ?? 0));
  return begun === undefined ? undefined : Buffer.concat([begun, payload]);
}

const CRC_BYTES = 4;

/** Returns where a section's content ends, before its checksum. */
function sectionEnd(section: Uint8Array): number {
  const length = ((section[1] ?? 0) & 0x0f) * 256 + (section[2] ?? 0);
  return 3 + length - CRC_BYTES;
}

/** Reads 2.4.4.3 Program association section. Program 0 is the network's own. */
function mapPacketIds(section: Uint8Array): Set<number> {
  const ids = new Set<number>();
  for (let at = 8; at + 4 <= sectionEnd(section); at += 4) {
    const program = (section[at] ?? 0) * 256 + (section[at + 1] ?? 0);
    if (program !== 0) ids.add(((section[at + 2] ?? 0) & 0x1f) * 256 + (section[at + 3] ?? 0));
  }
  return ids;
}

function streamsOf(section: Uint8Array): ElementaryStream[] {
  const lengthAt = (at: number): number => ((section[at] ?? 0) & 0x0f) * 256 + (section[at + 1] ?? 0);
  const streams: ElementaryStream[] = [];
  for (let at = 12 + lengthAt(10); at + 5 <= sectionEnd(section); at += 5 + lengthAt(at + 3)) {
    const packetId = ((section[at + 1] ?? 0) & 0x1f) * 256 + (section[at + 2] ?? 0);
    const descriptors = descriptorsIn(section.subarray(at + 5, Math.min(at + 5 + lengthAt(at + 3), sectionEnd(section))));
    streams.push({ packetId, type: section[at] ?? 0, descriptors });
  }
  return streams;
}

function descriptorsIn(bytes: Uint8Array): Descriptor[] {
  const descriptors: Descriptor[] = [];
  for (let at = 0; at + 2 <= bytes.length; at += 2 + (bytes[at + 1] ?? 0))
    descriptors.push({ tag: bytes[at] ?? 0, content: bytes.subarray(at + 2, at + 2 + (bytes[at + 1] ?? 0)) });
  return descriptors;
}

const [FIRST_PROGRAM, ALL_ONES] = [1, 0xffff_ffff];

/** Writes 2.4.4.3 Program association section with one program. */
export function writeProgramAssociation(mapPacketId: number): Uint8Array {
  return writeSection(ASSOCIATION_PACKET_ID, FIRST_PROGRAM, u16(FIRST_PROGRAM, 0xe000 + mapPacketId));
}

/** Writes 2.4.4.8 Program map section. */
export function writeProgramMap(clockPacketId: number, streams: readonly ElementaryStream[]): Uint8Array {
  const content = streams.flatMap(({ packetId, type, descriptors }) => {
    const written = concatBytes(descriptors.flatMap(({ tag, content: bytes }) => [u8(tag, bytes.length), bytes]));
    return [u8(type), u16(0xe000 + packetId, 0xf000 + written.length), written];
  });
  return writeSection(MAP_TABLE, FIRST_PROGRAM, concatBytes([u16(0xe000 + clockPacketId, 0xf000), ...content]));
}

/** Writes a section that is the only one of its table, in version 0: 2.4.4.11. */
function writeSection(table: number, id: number, content: Uint8Array): Uint8Array {
  const VERSION_0_CURRENT = 0xc1;
  const head = concatBytes([u8(table), u16(0xb000 + 5 + content.length + CRC_BYTES, id), u8(VERSION_0_CURRENT, 0, 0), content]);
  return concatBytes([head, u32(crc32(head, ALL_ONES))]);
}
