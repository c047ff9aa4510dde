import { type ContainerFormat, type MediaKind, SIGNATURES } from './signatures.ts';

/** Bytes that `sniff` needs, or the whole file if it is shorter. */
export const SNIFF_BYTES = 64 * 1024;

/** A file as its first bytes identify it. */
export type SniffedFile =
  | ({
      /** `protected` for a video that only a licensed player can decrypt. */
      readonly kind: MediaKind | 'protected';
    } & ContainerFormat)
  /** `playlist` for text that names media elsewhere: a program that opens it follows its references. */
  | { readonly kind: 'playlist' | 'unknown' };

/**
 * Identifies a file by its first bytes alone; names and content types can be wrong. Checks for text formats first, so that a
 * playlist is never taken for a container whose signature it happens to hold.
 */
export function sniff(head: Uint8Array): SniffedFile {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (isPlaylist(bytes)) return { kind: 'playlist' };
  const signature = SIGNATURES.find(({ matches }) => matches(bytes));
  if (signature === undefined) return { kind: 'unknown' };
  const { kind, family, demuxer, mediaConvertFormat } = signature;
  return { kind: signature.isProtected?.(bytes) === true ? 'protected' : kind, family, demuxer, mediaConvertFormat };
}

/** First words of HLS, ffmpeg's concat list, PLS, Windows Media redirectors, and SDP. */
const PLAYLIST_STARTS = [
  /^#EXTM3U/,
  /^#EXT-X-/,
  /^ffconcat version/,
  /^\[playlist\]/i,
  /^\[reference\]/i,
  /^<asx\b/i,
  /^v=0\r?\no=/,
];
/** Root elements of DASH, Smooth Streaming, SMIL, ASX and XSPF. */
const PLAYLIST_ELEMENTS = /<(?:\w+:)?(?:MPD|SmoothStreamingMedia|smil|asx|playlist)[\s>]/i;

function isPlaylist(bytes: Buffer): boolean {
  const text = bytes.toString('utf8', 0, 4096).replace(/^\uFEFF/, '').trimStart();
  if (PLAYLIST_STARTS.some((start) => start.test(text))) return true;
  return text.startsWith('<') && PLAYLIST_ELEMENTS.test(text);
}
