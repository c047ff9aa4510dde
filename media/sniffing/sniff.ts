import { isProtectedAsf, isScrambled } from '../containers/mpeg-ts.ts';
import { MPEG_TS, type Container, SIGNATURES } from './signatures.ts';

/** Bytes that `sniff` wants to see; fewer only where the file is shorter. */
export const SNIFF_BYTES = 64 * 1024;

export type Sniffed =
  | { readonly kind: 'video'; readonly container: Container }
  /** A container or stream that holds only sound. */
  | { readonly kind: 'audio' }
  /** A video that only its own player can decrypt. */
  | { readonly kind: 'protected' }
  /** Text that names media elsewhere: whoever opens it follows what it names. */
  | { readonly kind: 'playlist' }
  | { readonly kind: 'unknown' };

/**
 * Tells what a file is by its first bytes alone; names and content types lie.
 *
 * Containers are those that MediaConvert reads:
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/reference-codecs-containers-input.html
 */
export function sniff(head: Uint8Array): Sniffed {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  for (const { matches, is } of SIGNATURES) {
    if (!matches(bytes)) continue;
    if (typeof is === 'string') return { kind: is };
    const { container } = is;
    return container === 'asf' && isProtectedAsf(bytes) ? { kind: 'protected' } : { kind: 'video', container };
  }
  const packets = transportPackets(bytes);
  if (packets !== undefined) return isScrambled(bytes, packets) ? { kind: 'protected' } : { kind: 'video', container: MPEG_TS };
  return isPlaylist(bytes) ? { kind: 'playlist' } : { kind: 'unknown' };
}

const SYNC_BYTE = 0x47;
const MIN_PACKETS = 3;
const PACKETS_CHECKED = 8;

/**
 * Packets of 188 bytes, of 192 with a time code before each (Blu-ray, AVCHD) or 204 with error correction behind. A
 * recording may begin inside a packet. ISO/IEC 13818-1, 2.4.3.2.
 */
function transportPackets(bytes: Buffer): { readonly first: number; readonly packetBytes: number } | undefined {
  for (const packetBytes of [188, 192, 204]) {
    for (let first = 0; first < packetBytes; first += 1) {
      if (countSyncs(bytes, first, packetBytes) >= MIN_PACKETS) return { first, packetBytes };
    }
  }
  return undefined;
}

/** Packets from `first` on, at most eight; 0 if one of them has no sync byte. */
function countSyncs(bytes: Buffer, first: number, packetBytes: number): number {
  let count = 0;
  for (let at = first; at < bytes.length && count < PACKETS_CHECKED; at += packetBytes) {
    if (bytes[at] !== SYNC_BYTE) return 0;
    count += 1;
  }
  return count;
}

const PLAYLIST_STARTS = [
  /^#EXTM3U/,
  /^#EXT-X-/,
  /^ffconcat version/,
  /^\[playlist\]/i,
  /^\[reference\]/i,
  /^<asx\b/i,
  /^v=0\r?\no=/,
];
/** Root elements: DASH, Smooth Streaming, SMIL, ASX and XSPF. */
const PLAYLIST_ELEMENTS = /<(?:\w+:)?(?:MPD|SmoothStreamingMedia|smil|asx|playlist)[\s>]/i;

function isPlaylist(bytes: Buffer): boolean {
  const text = bytes.toString('utf8', 0, 4096).replace(/^\uFEFF/, '').trimStart();
  if (PLAYLIST_STARTS.some((start) => start.test(text))) return true;
  return text.startsWith('<') && PLAYLIST_ELEMENTS.test(text);
}
