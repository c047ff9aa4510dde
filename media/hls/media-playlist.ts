import { parseAttributeList } from './attribute-list.ts';

/** A segment as a byte range of the rendition's one file. */
export interface RangeSegment {
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  readonly durationSeconds: number;
}

/** The playlist of a rendition that is stored in one file. */
export interface MediaPlaylist {
  /** Address of the file with the init segment and all media, relative to the playlist. */
  readonly uri: string;
  /** Length of the init segment at the start of the file, bytes. */
  readonly initSize: number;
  readonly segments: readonly RangeSegment[];
  /** Target duration in whole seconds; the same in every playlist of a presentation (RFC 8216, 6.2.4). */
  readonly targetSeconds: number;
  /** Whether it is an I-frame playlist, with one key frame per segment: RFC 8216, 4.3.3.6. @default false */
  readonly iFramesOnly?: boolean;
}

/** Formats seconds with at most six decimals, a tick of any usual timescale, and no trailing zeros. */
export function decimalSeconds(seconds: number): string {
  const trimmed = seconds.toFixed(6).replace(/0+$/, '');
  return trimmed.endsWith('.') ? `${trimmed}0` : trimmed;
}

/**
 * Writes the playlist with byte ranges: RFC 8216, 4.3.2.2 EXT-X-BYTERANGE, 4.3.2.5 EXT-X-MAP. Every segment begins with a
 * key frame or holds audio only, so all are independent.
 */
export function writeMediaPlaylist(playlist: MediaPlaylist): string {
  const { uri, initSize, segments, targetSeconds, iFramesOnly = false } = playlist;
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${targetSeconds}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    iFramesOnly ? '#EXT-X-I-FRAMES-ONLY' : '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-MAP:URI="${uri}",BYTERANGE="${initSize}@0"`,
  ];
  for (const { offset, size, durationSeconds } of segments) {
    lines.push(`#EXTINF:${decimalSeconds(durationSeconds)},`, `#EXT-X-BYTERANGE:${size}@${offset}`, uri);
  }
  return [...lines, '#EXT-X-ENDLIST', ''].join('\n');
}

/**
 * Reads the playlist of a rendition that is stored in one file: RFC 8216, 4.3.2. A range without an offset follows the range
 * before it.
 *
 * @throws Error if a segment is not a byte range
 */
export function readMediaPlaylist(text: string): MediaPlaylist {
  const segments: RangeSegment[] = [];
  let [uri, initSize, targetSeconds, durationSeconds] = ['', 0, 0, 0];
  let range: { size: number; offset: number } | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, tag, value = ''] = /^#(EXTINF|EXT-X-BYTERANGE|EXT-X-MAP|EXT-X-TARGETDURATION):(.*)$/.exec(line) ?? [];
    if (tag === 'EXTINF') durationSeconds = Number.parseFloat(value);
    else if (tag === 'EXT-X-BYTERANGE') range = parseRange(value, segments.at(-1));
    else if (tag === 'EXT-X-TARGETDURATION') targetSeconds = Number.parseInt(value, 10);
    else if (tag === 'EXT-X-MAP') {
      const attributes = parseAttributeList(value);
      uri = attributes.get('URI') ?? uri;
      initSize = parseRange(attributes.get('BYTERANGE') ?? '0@0', undefined).size;
    } else if (line !== '' && !line.startsWith('#')) {
      if (range === undefined) throw new Error(`Segment ${segments.length} of the playlist has no byte range.`);
      segments.push({ ...range, durationSeconds });
      uri = line;
      range = undefined;
    }
  }
  return { uri, initSize, segments, targetSeconds };
}

/** Reads `<size>[@<offset>]`: RFC 8216, 4.3.2.2. */
function parseRange(text: string, previous: RangeSegment | undefined): { size: number; offset: number } {
  const [size = '', offset] = text.split('@');
  const end = previous === undefined ? 0 : previous.offset + previous.size;
  return { size: Number.parseInt(size, 10), offset: offset === undefined ? end : Number.parseInt(offset, 10) };
}
