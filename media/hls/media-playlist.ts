import type { Segment } from '../segments.ts';

export interface MediaPlaylist {
  /** Of the single file that holds the init segment and all media, relative to the playlist. */
  readonly uri: string;
  /** Length of the init segment at the start of the file, bytes. */
  readonly initSize: number;
  readonly segments: readonly Segment[];
  /** Whole seconds; the same in every playlist of a presentation (RFC 8216, 6.2.4). */
  readonly targetSeconds: number;
}

/** Seconds with six decimals at most: a tick of any usual timescale, without trailing zeros. */
export function formatSeconds(seconds: number): string {
  const trimmed = seconds.toFixed(6).replace(/0+$/, '');
  return trimmed.endsWith('.') ? `${trimmed}0` : trimmed;
}

/**
 * The playlist of a rendition in one file, by byte ranges: RFC 8216, 4.3.2.2 EXT-X-BYTERANGE, 4.3.2.5 EXT-X-MAP. Every
 * segment begins with a key frame, or is sound, so all are independent.
 */
export function writeMediaPlaylist({ uri, initSize, segments, targetSeconds }: MediaPlaylist): string {
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${targetSeconds}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-MAP:URI="${uri}",BYTERANGE="${initSize}@0"`,
  ];
  for (const { offset, size, durationSeconds } of segments) {
    lines.push(`#EXTINF:${formatSeconds(durationSeconds)},`, `#EXT-X-BYTERANGE:${size}@${offset}`, uri);
  }
  return [...lines, '#EXT-X-ENDLIST', ''].join('\n');
}
