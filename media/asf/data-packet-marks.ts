import type { ByteSource } from '../byte-source.ts';
import type { AsfPackets } from '../containers/asf.ts';
import type { MarkList, ReadMarks } from '../gaps/gap.ts';
import { walkUnits } from '../gaps/walk-units.ts';

// ASF Specification 01.20.03, 5.2.1 and 5.2.2.
/** Error correction flags of all packets: two bytes of data, which are zero. */
const ERROR_CORRECTION = Buffer.from([0x82, 0, 0]);
/** The only allowed lengths of fields in payloads. */
const PROPERTY_FLAGS = 0x5d;
/** Bytes of a field by its length type. */
const FIELD_BYTES = [0, 1, 2, 4] as const;
/** Error correction, two bytes of flags, three fields of up to four bytes, and the send time. */
const HEAD_BYTES = 3 + 2 + 12 + 4;

/** Returns a reader of the times at which packets are sent, which finds bytes that are no packets. */
export function dataPacketMarks(source: ByteSource, { first, packetBytes }: AsfPackets): ReadMarks {
  const read = async (bytes: ByteSource, at: number, list: MarkList): Promise<number | undefined> => {
    const sendMs = sendTime(Buffer.from(await bytes.read(at, HEAD_BYTES)));
    if (sendMs === undefined) return undefined;
    list.time(0, sendMs / 1000);
    return at + packetBytes;
  };
  return walkUnits(source, { read, find: (bytes) => findPacket(bytes, packetBytes), headBytes: packetBytes + HEAD_BYTES, first });
}

/** Finds a packet that another one follows, or that is the last. */
function findPacket(bytes: Buffer, packetBytes: number): number | undefined {
  for (let at = bytes.indexOf(ERROR_CORRECTION); at >= 0; at = bytes.indexOf(ERROR_CORRECTION, at + 1)) {
    const next = bytes.subarray(at + packetBytes, at + packetBytes + HEAD_BYTES);
    const isFollowed = next.length < HEAD_BYTES || sendTime(next) !== undefined;
    if (isFollowed && sendTime(bytes.subarray(at, at + HEAD_BYTES)) !== undefined) return at;
  }
  return undefined;
}

/** Returns when a packet is sent, milliseconds; undefined for anything else than a packet. */
function sendTime(head: Buffer): number | undefined {
  const isPacket = head.subarray(0, ERROR_CORRECTION.length).equals(ERROR_CORRECTION) && head[4] === PROPERTY_FLAGS;
  if (!isPacket) return undefined;
  const flags = head[3] ?? 0;
  const at = 5 + [flags >> 5, flags >> 1, flags >> 3].reduce((sum, type) => sum + (FIELD_BYTES[type & 3] ?? 0), 0);
  return at + 4 <= head.length ? head.readUInt32LE(at) : undefined;
}
