import { isBox } from './signatures.ts';
import { HEADER_BYTES, tagLength } from './skip-id3.ts';

/** First words of lists that name media elsewhere, in any case. */
const PLAYLIST_STARTS = [
  // HLS and M3U, also after a comment
  /^(?:#[^\r\n]*[\r\n]\s*)*#EXT(?:M3U|-X-|INF)/,
  // ffmpeg's concat list, with and without its first line
  /^ffconcat version/,
  /^(?:#[^\r\n]*[\r\n]\s*)*file\s+['"]?[\w./~:]/,
  // PLS and Windows Media redirectors
  /^\[(?:playlist|reference)\]/,
  // reference movies of QuickTime, and lists of addresses
  /^rtsptext/,
  /^(?:#[^\r\n]*[\r\n]\s*)*(?:https?|rtspu?|rtmp|mmsh?|udp|rtp|file|ftp|s3|pnm):\/\//,
  // SDP: RFC 8866, 5
  /^v=0\s+o=/,
  // Blu-ray
  /^MPLS0\d00/,
  // edit lists of CMX and OpenTimelineIO
  /^TITLE:[^\r\n]*[\r\n]+FCM:/,
  /^\{\s*"OTIO_SCHEMA"/,
].map((start) => new RegExp(start.source, 'i'));

/** A line of SDP, which ffmpeg looks for anywhere. */
const SDP_CONNECTION = /(?:^|[\r\n])c=IN IP[46] /;

/** Beginning of XML or HTML, which no container has. */
const MARKUP_START = /^<(?:[?!]|[a-z][\w.-]*(?::[a-z][\w.-]*)?[\s/>])/i;

/**
 * Elements of DASH, Smooth Streaming, SMIL, ASX, XSPF, packages of SMPTE (IMF, DCP), Final Cut Pro, MLT and Premiere.
 * Anywhere in the markup, since comments and declarations may precede the root.
 */
const PLAYLIST_ELEMENTS =
  /<(?:[a-z][\w.-]*:)?(?:MPD|SmoothStreamingMedia|smil|asx|playlist|CompositionPlaylist|AssetMap|PackingList|fcpxml|xmeml|mlt)[\s/>]/i;

/**
 * Identifies lists of media elsewhere and markup, whatever their encoding and whatever precedes the first character, so that
 * they are never taken for a container whose signature they hold in a comment. A program that opens a list follows its
 * references.
 */
export function sniffText(bytes: Buffer): 'playlist' | 'markup' | undefined {
  // The size of a box can be the code of `<`.
  if (isBox(bytes)) return undefined;
  const text = decode(bytes);
  if (PLAYLIST_STARTS.some((start) => start.test(text)) || SDP_CONNECTION.test(text)) return 'playlist';
  if (MARKUP_START.test(text)) return PLAYLIST_ELEMENTS.test(text) ? 'playlist' : 'markup';
  return undefined;
}

/**
 * Returns the text without what may precede it. Without the zero bytes of UTF-16 and UTF-32, their ASCII characters are those
 * of UTF-8, whichever byte order they have.
 */
function decode(bytes: Buffer): string {
  return bytes.toString('latin1', skipPadding(bytes)).replaceAll('\0', '').trimStart();
}

/** Zero, white space, and the bytes of the byte order marks of UTF-8 and UTF-16. */
const PADDING: ReadonlySet<number | undefined> = new Set([0x00, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0xef, 0xbb, 0xbf, 0xfe, 0xff]);

/** Returns the length of padding and ID3 tags at the start of a file. */
function skipPadding(bytes: Buffer): number {
  let start = 0;
  for (;;) {
    while (PADDING.has(bytes[start])) start += 1;
    const length = tagLength(bytes.subarray(start, start + HEADER_BYTES));
    if (length === 0) return start;
    start += length;
  }
}
