import type { TransportPackets } from '../containers/mpeg-ts.ts';

const SYNC_BYTE = 0x47;
const PACKET_BYTES = 188;

/** A packet of a transport stream: ISO/IEC 13818-1, 2.4.3.2. */
export interface TransportPacket {
  readonly packetId: number;
  /** Whether a PES packet or a table section begins in the payload. */
  readonly startsUnit: boolean;
  /** Bytes after the header and the adaptation field; empty if there are none, or if they are scrambled. */
  readonly payload: Uint8Array;
}

/** Lists the packets in a part of a stream. Leaves out packets that transmission damaged. */
export function* transportPackets(
  bytes: Uint8Array,
  { first, packetBytes }: TransportPackets,
): Generator<TransportPacket> {
  for (let at = first; at + PACKET_BYTES <= bytes.length; at += packetBytes) {
    const packet = parseTransportPacket(bytes.subarray(at, at + PACKET_BYTES));
    if (packet !== undefined) yield packet;
  }
}

/** Parses one packet. Returns undefined for one that transmission damaged. */
export function parseTransportPacket(bytes: Uint8Array): TransportPacket | undefined {
  const [sync, high = 0, low = 0, flags = 0, adaptation = 0] = bytes;
  if (sync !== SYNC_BYTE || (high & 0x80) !== 0) return undefined;
  const start = 4 + ((flags & 0x20) === 0 ? 0 : 1 + adaptation);
  const hasPayload = (flags & 0xc0) === 0 && (flags & 0x10) !== 0 && start < PACKET_BYTES;
  return {
    packetId: (high & 0x1f) * 256 + low,
    startsUnit: (high & 0x40) !== 0,
    payload: hasPayload ? bytes.subarray(start, PACKET_BYTES) : new Uint8Array(),
  };
}
