import { parsePesHeader, parseTimeStamp, type PesHeader } from '../mpeg-ts/pes-header.ts';

/** Maximum size of the part of a header that holds its timestamps: that of MPEG-1 with stuffing. */
export const PACKET_HEAD_BYTES = 6 + 16 + 2 + 10;

/** Parses the header of a packet of a program stream, of MPEG-2 or MPEG-1. Returns undefined for anything but sound and video. */
export function parsePacketHeader(packet: Uint8Array): PesHeader | undefined {
  return parsePesHeader(packet) ?? parseSystemHeader(packet);
}

/** Parses the header of an MPEG-1 packet, whose times follow up to 16 bytes of stuffing: ISO/IEC 11172-1, 2.4.3.3. */
function parseSystemHeader(packet: Uint8Array): PesHeader | undefined {
  let size = 6;
  while (packet[size] === 0xff && size < 22) size += 1;
  if (((packet[size] ?? 0) & 0xc0) === 0x40) size += 2;
  const marker = (packet[size] ?? 0) >> 4;
  if (packet[size] === 0x0f) return { time: undefined, decodingTime: undefined, size: size + 1 };
  if (marker !== 2 && marker !== 3) return undefined;
  const end = size + (marker === 2 ? 5 : 10);
  if (packet.length < end) return undefined;
  const time = parseTimeStamp(packet.subarray(size, size + 5));
  return { time, decodingTime: marker === 2 ? time : parseTimeStamp(packet.subarray(size + 5, end)), size: end };
}
