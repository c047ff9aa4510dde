import { MAX_PES_HEADER_BYTES, pesHeaderBytes, type WrittenPes, writePesHeader } from '../../mpeg-ts/pes-header.ts';

export const PACKET_BYTES = 188;
const HEADER_BYTES = 4;
const PAYLOAD_BYTES = PACKET_BYTES - HEADER_BYTES;
/** Length of an adaptation field with a clock reference. */
const CLOCK_FIELD_BYTES = 8;
/** Values of a continuity counter. */
const COUNTER_VALUES = 16;

/** Packets of one elementary stream. */
export interface PacketStream {
  readonly packetId: number;
  /** Continuity counter of the next packet. */
  counter: number;
}

/** A PES packet whose content stands in the writer's buffer. */
export interface PesContent extends Omit<WrittenPes, 'contentBytes'> {
  /** Clock reference of its first packet, 90 kHz; undefined for none. */
  readonly clock: number | undefined;
  readonly isKey: boolean;
  /** Whether it is the last one of its stream in the segment. */
  readonly isLast: boolean;
}

/** A PES packet whose content is not written yet. */
export interface PesLength extends Pick<PesContent, 'time' | 'decodingTime' | 'isKey' | 'isLast'> {
  readonly contentBytes: number;
  readonly hasClock: boolean;
}

/** Returns the number of packets that a PES packet takes if the stream's continuity counter is `counter`. */
export function countPackets(pes: PesLength, counter: number): number {
  const bytes = pesHeaderBytes(pes) + pes.contentBytes;
  const packets = Math.ceil((bytes + fieldBytesOf(pes)) / PAYLOAD_BYTES);
  const missing = (2 * COUNTER_VALUES - counter - (packets % COUNTER_VALUES)) % COUNTER_VALUES;
  // Each packet needs a byte at least, the first one all of the header.
  return pes.isLast && packets + missing <= pes.contentBytes ? packets + missing : packets;
}

/** Returns the length of the adaptation field that a PES packet's first packet needs. */
function fieldBytesOf({ hasClock, isKey }: Pick<PesLength, 'hasClock' | 'isKey'>): number {
  return hasClock ? CLOCK_FIELD_BYTES : isKey ? 2 : 0;
}

/** Returns the continuity counter after packets. */
export function counterAfter(counter: number, packets: number): number {
  return (counter + packets) % COUNTER_VALUES;
}

/** Returns the maximum length of the packets of `units` PES packets with this much content in all. */
export function maxPacketBytes(units: number, contentBytes: number): number {
  const perUnit = MAX_PES_HEADER_BYTES + CLOCK_FIELD_BYTES + PAYLOAD_BYTES;
  return PACKET_BYTES * (Math.ceil((contentBytes + units * perUnit) / PAYLOAD_BYTES) + 2 * COUNTER_VALUES);
}

/**
 * Writes the packets of a transport stream: ISO/IEC 13818-1, 2.4.3. Content is put into the end of the buffer first, and moved from
 * there into packets, since moving within a buffer is the quickest way to copy 184 bytes.
 */
export class TransportWriter {
  /** Buffer of packets and, behind them, content. */
  readonly buffer: Uint8Array;
  /** Where to put the content of a PES packet. Its header takes the bytes before. */
  readonly contentOffset: number;
  #length = 0;

  /**
   * @param packetBytes maximum length of all packets
   * @param contentBytes maximum length of the content of one PES packet
   */
  constructor(packetBytes: number, contentBytes: number) {
    this.buffer = new Uint8Array(packetBytes + MAX_PES_HEADER_BYTES + contentBytes);
    this.contentOffset = packetBytes + MAX_PES_HEADER_BYTES;
  }

  /** Returns the packets that were written. */
  packets(): Uint8Array {
    return this.buffer.subarray(0, this.#length);
  }

  /** Writes a section of a table that fits into a packet. */
  writeSection(packetId: number, section: Uint8Array): void {
    const packet = this.buffer.subarray(this.#length, this.#length + PACKET_BYTES);
    packet.fill(0xff);
    packet.set([0x47, 0x40 | (packetId >> 8), packetId & 0xff, 0x10, 0]);
    packet.set(section, HEADER_BYTES + 1);
    this.#length += PACKET_BYTES;
  }

  /**
   * Writes a PES packet with the content up to `contentEnd`. The last one of a stream in a segment takes so many packets that the
   * counter is 0 again, with which the next segment begins: 2.4.3.3.
   */
  writePes(stream: PacketStream, pes: PesContent, contentEnd: number): void {
    const { buffer, contentOffset } = this;
    const header = new Uint8Array(MAX_PES_HEADER_BYTES);
    const headerBytes = writePesHeader(header, { ...pes, contentBytes: contentEnd - contentOffset });
    let at = contentOffset - headerBytes;
    buffer.set(header.subarray(0, headerBytes), at);
    const length = { ...pes, contentBytes: contentEnd - contentOffset, hasClock: pes.clock !== undefined };
    const fieldBytes = fieldBytesOf(length);
    const packets = countPackets(length, stream.counter);
    for (let left = packets - 1; left >= 0; left -= 1) {
      const isFirst = left === packets - 1;
      const payload = Math.min(PAYLOAD_BYTES - (isFirst ? fieldBytes : 0), contentEnd - at - left);
      if (isFirst || payload < PAYLOAD_BYTES) this.#startPacket(stream, payload, isFirst ? pes : undefined);
      else this.#startFullPacket(stream);
      buffer.copyWithin(this.#length, at, at + payload);
      this.#length += payload;
      at += payload;
    }
  }

  /** Writes the header of a packet without an adaptation field, in which a PES packet goes on: nearly all packets are. */
  #startFullPacket(stream: PacketStream): void {
    const { buffer } = this;
    const at = this.#length;
    buffer[at] = 0x47;
    buffer[at + 1] = stream.packetId >> 8;
    buffer[at + 2] = stream.packetId & 0xff;
    buffer[at + 3] = 0x10 | stream.counter;
    stream.counter = (stream.counter + 1) % COUNTER_VALUES;
    this.#length = at + HEADER_BYTES;
  }

  /** Writes a packet's header and adaptation field, which fills what the payload leaves. */
  #startPacket(stream: PacketStream, payload: number, pes: PesContent | undefined): void {
    const { buffer } = this;
    const at = this.#length;
    const fieldBytes = PAYLOAD_BYTES - payload;
    buffer[at] = 0x47;
    buffer[at + 1] = (pes === undefined ? 0 : 0x40) | (stream.packetId >> 8);
    buffer[at + 2] = stream.packetId & 0xff;
    buffer[at + 3] = (fieldBytes > 0 ? 0x30 : 0x10) | stream.counter;
    stream.counter = (stream.counter + 1) % COUNTER_VALUES;
    this.#length = at + HEADER_BYTES + fieldBytes;
    if (fieldBytes === 0) return;
    buffer[at + 4] = fieldBytes - 1;
    if (fieldBytes === 1) return;
    buffer.fill(0xff, at + 6, at + HEADER_BYTES + fieldBytes);
    const [RANDOM_ACCESS, HAS_CLOCK] = [0x40, 0x10];
    buffer[at + 5] = (pes?.isKey === true ? RANDOM_ACCESS : 0) | (pes?.clock === undefined ? 0 : HAS_CLOCK);
    if (pes?.clock === undefined) return;
    // 33 bits of 90 kHz, six reserved ones, and nine of 27 MHz: 2.4.3.5.
    const clock = pes.clock % 2 ** 33;
    buffer[at + 6] = Math.floor(clock / 2 ** 25);
    buffer[at + 7] = (clock / 2 ** 17) & 0xff;
    buffer[at + 8] = (clock / 2 ** 9) & 0xff;
    buffer[at + 9] = (clock / 2) & 0xff;
    buffer[at + 10] = ((clock & 1) << 7) | 0x7e;
    buffer[at + 11] = 0;
  }
}
