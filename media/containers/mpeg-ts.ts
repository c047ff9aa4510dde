const SYNC_BYTE = 0x47;
const NULL_PACKET = 0x1fff;
const MIN_PACKETS = 3;
const PACKETS_CHECKED = 8;

/** Layout of a transport stream's packets. */
export interface TransportPackets {
  /** Offset of the first whole packet, bytes. */
  readonly first: number;
  /** Distance from one packet to the next, bytes. */
  readonly packetBytes: number;
}

/** Distances between packets: 188 bytes each, 192 with a time code (Blu-ray, AVCHD), or 204 with error correction. */
const DISTANCES = [188, 192, 204] as const;

/** Maximum number of bytes before the first packet, such as the end of another file: a demuxer searches as far. */
export const MAX_LEADING_BYTES = 60 * 1024;

/**
 * Finds the packets of a transport stream. A recording may begin inside a packet, or after other bytes; more packets in a row
 * must then show that they are packets. ISO/IEC 13818-1, 2.4.3.2.
 */
export function findTransportPackets(head: Uint8Array): TransportPackets | undefined {
  for (const packetBytes of DISTANCES) {
    for (let first = 0; first < packetBytes; first += 1) {
      if (countSyncBytes(head, { first, packetBytes }) >= MIN_PACKETS) return { first, packetBytes };
    }
  }
  for (let first = head.indexOf(SYNC_BYTE); first >= 0 && first <= MAX_LEADING_BYTES; first = head.indexOf(SYNC_BYTE, first + 1)) {
    const packetBytes = DISTANCES.find((distance) => hasPackets(head, { first, packetBytes: distance }));
    if (packetBytes !== undefined) return { first, packetBytes };
  }
  return undefined;
}

/** Returns whether eight packets follow each other, none with the reserved value 0 of `adaptation_field_control`. */
function hasPackets(head: Uint8Array, packets: TransportPackets): boolean {
  if (countSyncBytes(head, packets) < PACKETS_CHECKED) return false;
  const controls = Array.from({ length: PACKETS_CHECKED }, (_, index) => head[packets.first + index * packets.packetBytes + 3] ?? 0);
  return controls.every((control) => (control & 0x30) !== 0);
}

/** Counts the packets that begin with a sync byte, at most eight. Returns 0 if any packet lacks it. */
function countSyncBytes(head: Uint8Array, { first, packetBytes }: TransportPackets): number {
  let count = 0;
  for (let at = first; at < head.length && count < PACKETS_CHECKED; at += packetBytes) {
    if (head[at] !== SYNC_BYTE) return 0;
    count += 1;
  }
  return count;
}

/** Returns whether most packets are scrambled (`transport_scrambling_control`, ISO/IEC 13818-1, 2.4.3.3). */
export function isScrambled(head: Uint8Array, { first, packetBytes }: TransportPackets): boolean {
  let counted = 0;
  let scrambled = 0;
  for (let at = first; at + 4 <= head.length && head[at] === SYNC_BYTE; at += packetBytes) {
    const packetId = ((head[at + 1] ?? 0) & 0x1f) * 256 + (head[at + 2] ?? 0);
    if (packetId === NULL_PACKET) continue;
    counted += 1;
    if (((head[at + 3] ?? 0) & 0xc0) !== 0) scrambled += 1;
  }
  return scrambled * 2 > counted;
}
