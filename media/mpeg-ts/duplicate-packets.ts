import type { ByteSource } from '../byte-source.ts';
import { findTransportPackets } from '../containers/mpeg-ts.ts';

const PACKET_BYTES = 188;
const SYNC_BYTE = 0x47;
/** Number of packets that are read at once. */
const PACKETS_PER_READ = 8192;
const HEAD_BYTES = 64 * 1024;
/** Header of a packet that holds nothing: ISO/IEC 13818-1, 2.4.1. */
const NULL_HEADER = Uint8Array.of(SYNC_BYTE, 0x1f, 0xff, 0x10);

/**
 * Finds packets that are sent twice, which decoders must ignore, and returns a header for each that makes it a null packet:
 * ISO/IEC 13818-1, 2.4.3.3. Packets whose duplicate has another program clock reference are left as they are.
 */
export async function* coverDuplicatePackets(source: ByteSource): AsyncGenerator<{ readonly offset: number; readonly bytes: Uint8Array }> {
  const layout = findTransportPackets(await source.read(0, HEAD_BYTES));
  if (layout === undefined) return;
  const { first, packetBytes } = layout;
  const latest = new Map<number, Buffer>();
  for (let at = first; at < source.size; at += PACKETS_PER_READ * packetBytes) {
    const bytes = Buffer.from(await source.read(at, Math.min(PACKETS_PER_READ * packetBytes, source.size - at)));
    for (let position = 0; position + PACKET_BYTES <= bytes.length; position += packetBytes) {
      const packet = bytes.subarray(position, position + PACKET_BYTES);
      const packetId = packet.readUInt16BE(1) & 0x1fff;
      const hasPayload = ((packet[3] ?? 0) & 0x10) !== 0;
      if (packet[0] !== SYNC_BYTE || packetId === 0x1fff || !hasPayload) continue;
      const isRepeated = latest.get(packetId)?.equals(packet) === true;
      if (isRepeated) yield { offset: at + position, bytes: NULL_HEADER };
      // Only two in a row are duplicates.
      if (isRepeated) latest.delete(packetId);
      else latest.set(packetId, packet);
    }
  }
}
