import type { ByteSource } from '../byte-source.ts';
import { findTransportPackets } from '../containers/mpeg-ts.ts';
import { type ElementaryStream, isVideoStream, ProgramTables } from './program-map.ts';
import { audioCodec } from './stream-codecs.ts';
import { parseTransportPacket } from './transport-packet.ts';

const PACKET_BYTES = 188;
/** Number of packets that are read at once. */
const PACKETS_PER_READ = 8192;
const HEAD_BYTES = 64 * 1024;
const ASSOCIATION_PACKET_ID = 0;
/** Header of a packet that holds nothing: ISO/IEC 13818-1, 2.4.1. */
const NULL_HEADER = Uint8Array.of(0x47, 0x1f, 0xff, 0x10);

/**
 * Follows streams that a later map of the program moves to other packet ids: ISO/IEC 13818-1, 2.4.4.8. Returns headers that give
 * their packets the first ids again, and that hide the later tables. Streams that continue in another codec stay as they are.
 */
export async function* followMovedPackets(source: ByteSource): AsyncGenerator<{ readonly offset: number; readonly bytes: Uint8Array }> {
  const layout = findTransportPackets(await source.read(0, HEAD_BYTES));
  if (layout === undefined) return;
  const { first, packetBytes } = layout;
  const moves = new StreamMoves();
  for (let at = first; at < source.size; at += PACKETS_PER_READ * packetBytes) {
    const bytes = Buffer.from(await source.read(at, Math.min(PACKETS_PER_READ * packetBytes, source.size - at)));
    for (let position = 0; position + PACKET_BYTES <= bytes.length; position += packetBytes) {
      const header = moves.add(bytes.subarray(position, position + PACKET_BYTES));
      if (header !== undefined) yield { offset: at + position, bytes: header };
    }
  }
}

class StreamMoves {
  readonly #tables = new ProgramTables();
  /** First packet ids by the later ones. */
  readonly #moved = new Map<number, number>();
  #program: number | undefined;
  /** Streams of the latest map, each with its first packet id. */
  #streams: readonly (ElementaryStream & { readonly firstId: number })[] = [];

  /** @returns another header for a packet */
  add(bytes: Uint8Array): Uint8Array | undefined {
    const packet = parseTransportPacket(bytes);
    if (packet === undefined) return undefined;
    const map = this.#tables.add(packet);
    if (map !== undefined && map.program === (this.#program ?? map.program)) this.#follow(map.program, map.streams.filter(isMedia));
    const isTable = map !== undefined || packet.packetId === ASSOCIATION_PACKET_ID;
    if (isTable) return this.#moved.size > 0 ? NULL_HEADER : undefined;
    const id = this.#moved.get(packet.packetId);
    return id === undefined ? undefined : Uint8Array.of(bytes[0] ?? 0, ((bytes[1] ?? 0) & 0xe0) | (id >> 8), id & 0xff);
  }

  #follow(program: number, streams: readonly ElementaryStream[]): void {
    if (this.#program === undefined && !streams.some(isVideoStream)) return;
    this.#program = program;
    const lost = this.#streams.filter((stream) => !streams.some((other) => isSame(stream, other)));
    const latest = streams.map((stream) => {
      const known = this.#streams.find((other) => isSame(stream, other));
      if (known !== undefined) return known;
      const index = lost.findIndex(({ type }) => type === stream.type);
      const [source] = index < 0 ? [] : lost.splice(index, 1);
      return { ...stream, firstId: source?.firstId ?? stream.packetId };
    });
    // A stream that ended for a while may return.
    this.#streams = [...latest, ...lost];
    this.#moved.clear();
    for (const { packetId, firstId } of latest) if (packetId !== firstId) this.#moved.set(packetId, firstId);
  }
}

function isSame(a: ElementaryStream, b: ElementaryStream): boolean {
  return a.packetId === b.packetId && a.type === b.type;
}

function isMedia(stream: ElementaryStream): boolean {
  return isVideoStream(stream) || audioCodec(stream) !== undefined;
}
