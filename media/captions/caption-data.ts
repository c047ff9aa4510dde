/** Closed captions found in part of a video: nothing, packets without text, or captions. */
export type CaptionData = 'none' | 'empty' | 'present';

/** Identifier and type of caption data: ATSC A/53, Part 4, 6.2.3. */
const MARKER = Buffer.from('GA94\x03', 'latin1');
/** Bytes before the identifier: MPEG-2 user data (ISO/IEC 13818-2, 6.2.2.2), or an SEI message of ITU-T T.35 for ATSC. */
const USER_DATA = Buffer.from('000001b2', 'hex');
const ITU_T_T35 = Buffer.from('b50031', 'hex');

/**
 * Looks for CEA-608 and CEA-708 captions in part of an H.264, H.265 or MPEG-2 stream, regardless of its container: nothing else
 * in a video resembles their marker. Recorders write such packets with every frame, with or without text.
 *
 * @param bytes contiguous bytes of frames
 */
export function findCaptionData(bytes: Uint8Array): CaptionData {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let found: CaptionData = 'none';
  for (let at = data.indexOf(MARKER); at >= 0; at = data.indexOf(MARKER, at + MARKER.length)) {
    const isFramed = [USER_DATA, ITU_T_T35].some((prefix) => data.subarray(Math.max(0, at - prefix.length), at).equals(prefix));
    if (!isFramed) continue;
    if (hasText(data.subarray(at + MARKER.length))) return 'present';
    found = 'empty';
  }
  return found;
}

/** Reads `cc_data`: ANSI/CTA-708-E, 4.4. Each triplet is a type and two bytes; CEA-608 uses seven bits of each. */
function hasText(data: Uint8Array): boolean {
  const [flags = 0] = data;
  const isUsed = (flags & 0x40) !== 0;
  const count = isUsed ? flags & 0x1f : 0;
  for (let index = 0; index < count; index += 1) {
    const [head = 0, first = 0, second = 0] = data.subarray(2 + index * 3, 5 + index * 3);
    if ((head & 0x04) !== 0 && isText(head & 0x03, first & 0x7f, second)) return true;
  }
  return false;
}

/** First field of CEA-608, its second field, and the start of a packet of CEA-708. */
const [FIELD_1, FIELD_2, PACKET_START] = [0, 1, 3];

function isText(type: number, first: number, second: number): boolean {
  if (type === FIELD_1) return first !== 0 || (second & 0x7f) !== 0;
  // The second field also carries program data, whose codes are lower.
  if (type === FIELD_2) return first >= 0x10 && first <= 0x1f;
  // A packet's header is followed by a service header, which is zero if there is no service.
  return type === PACKET_START && second !== 0;
}
